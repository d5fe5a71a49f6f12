use v5.36;
use Test::More;
pass('nothing yet');
done_testing;
