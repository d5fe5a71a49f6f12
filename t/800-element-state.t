#!/usr/bin/perl
# The element without its looks: requests, threads, what waits to be sent,
# and conversations whose line, server and tabs come and go.  No document is
# needed, so plain node runs it.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/lib";
use Node;
use Test::More;

Node::tap('requests and their failures', '../browser/unit-backend.mjs', {});
Node::tap('the state of a thread', '../browser/unit-thread.mjs', {});
Node::tap('the outbox and the list', '../browser/unit-lists.mjs', {});
Node::tap('conversations', '../browser/unit-conversation.mjs', {});
Node::tap('storms', '../browser/unit-storm.mjs', {});

done_testing;
