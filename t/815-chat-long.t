# A conversation of 10,000 messages opens at its end and is read upwards
# without losing one's place, a shorter one to its very beginning; a long
# answer lets one type.
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use App;
use Browser;

my $app = Browser::app(model => 'script', threads => 8);
Browser::tap('a long conversation', 'long.mjs',
    { url => Browser::url($app) },
    Browser::usual($app, long => sub ($args) {
	my ($who, $total) = @$args;
	my $id = $app->sql("select md5('$who $total')::uuid");
	$app->sql(<<"SQL");
set session_replication_role = replica;	-- foreign keys take their time
insert into conversation (user_id, id, title, last_message)
    values ('$who', '$id', 'long', $total);
insert into message (user_id, conversation_id, id, role, content, created_at)
    select '$who', '$id', n,
        (case when n % 2 = 1 then 'user' else 'assistant' end)::message_role,
        case when n % 2 = 1 then 'Question ' || n
            when n % 10 = 0 then 'Answer ' || n || E'\\n\\n- one\\n- two\\n\\n'
                || '```' || E'\\ncode\\n' || '```' || E'\\n\\n'
                || repeat('some more words ', n % 90)
            else 'Answer ' || n || '. ' || repeat('word ', n % 40) end,
        timestamptz '2026-03-05 00:20 Europe/Berlin'
            - ($total - n) * interval '1 minute'
    from generate_series(1, $total) n;
vacuum analyze message
SQL
	return $id;
    }));
done_testing;
