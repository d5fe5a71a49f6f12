# The house rules a machine can check: which room may know which, one door
# a library, no function that cannot count, nothing that outlives a request.
use v5.36;
use Cwd qw(abs_path);
use File::Find qw(find);
use FindBin;
use Test::More;

my $top = abs_path("$FindBin::Bin/..");
my $build = $ENV{TASKCHAT_BUILD} // "$top/build";
chdir $top or die "$top: $!";

sub files($dir, $pattern)
{
	my @found;
	find({ no_chdir => 1, wanted => sub {
		# of others: what npm and pip installed for the tests, and
		# what make fetched for the pages
		$File::Find::prune = 1 if m{/(?:node_modules|venv)$};
		push @found, $_ if -f && /$pattern/
		    && !m{^htdocs/vendor/marked\.};
	} }, $dir) if -d $dir;
	return sort @found;
}

sub slurp($path)
{
	open my $in, '<', $path or die "$path: $!";
	local $/;
	return scalar <$in>;
}

# Each problem is a line of its own in the report.
sub none($what, @problems)
{
	is(join('', map { "$_\n" } @problems), '', $what);
}

# The code alone: comments and what stands between quotes become blanks.
sub code($text)
{
	my $blank = sub ($s) { $s =~ s/[^\n]/ /gr };
	$text =~ s{
		/\* .*? \*/ | //[^\n]* |
		"(?:\\.|[^"\\\n])*" | '(?:\\.|[^'\\\n])*'
	}{ $blank->($&) }gsex;
	return $text;
}

my @sources = files('src', qr/\.[ch]$/);
my %text = map { $_ => slurp($_) } @sources;

# "src/http/sse.c:12: ..." for every line that $check finds fault with.
sub complain($what, $check, %of)
{
	my @bad;
	for my $path (sort keys %of) {
		my $n = 0;
		for (split /\n/, $of{$path}) {
			$n++;
			my $why = $check->($path, $_);
			push @bad, "$path:$n: $why" if defined $why;
		}
	}
	none($what, @bad);
}

# --- rooms

my @rooms = qw(base fetch http db store auth model tool agent api);
my %floor = map { $rooms[$_] => $_ } 0 .. $#rooms;
my @quiet = qw(store model tool agent);	# have never heard of HTTP

sub room($path)
{
	return $path =~ m{^(?:src/)?(\w+)/} ? $1 : 'top';
}

complain('every room has its floor', sub ($path, $line) {
	my $room = room($path =~ s{^src/}{}r);
	return $room eq 'top' || exists $floor{$room} ? undef
	    : "no floor is known for $room";
}, map { $_ => "\n" } @sources);

complain('includes point down', sub ($path, $line) {
	my ($what) = $line =~ /^\s*#\s*include\s+"([^"]+)"/ or return;
	return "$what is not to be found from src/" if !-e "src/$what";
	return if $what eq 'embed.h';	# data, no code
	my ($here, $there) = (room($path =~ s{^src/}{}r), room($what));
	return if $here eq 'top';
	return "$what is upstairs"
	    if $there eq 'top' || $floor{$there} > $floor{$here};
	return "$here knows nothing of HTTP"
	    if $there eq 'http' && grep { $_ eq $here } @quiet;
	return;
}, %text);

# --- doors

my @doors = (
	[ 'json-c', qr{^(?:json-c/|json\.h)}, qr{^src/base/json\.c$} ],
	[ 'libcurl', qr{^curl/}, qr{^src/fetch/\w+\.c$} ],
	[ 'libjwt', qr{^jwt\.h}, qr{^src/auth/jwt\.c$} ],
	[ 'libpq', qr{^(?:libpq|postgresql/|pg_config)}, qr{^src/db/\w+\.c$} ],
	[ 'libfcgi', qr{^(?:fcgi|fastcgi/)},
	    qr{^src/(?:http/\w+|worker)\.c$} ],
	[ 'libcrypto', qr{^openssl/}, qr{^src/auth/\w+\.c$} ],
);
for my $door (@doors) {
	my ($library, $header, $through) = @$door;
	complain("one door to $library", sub ($path, $line) {
		my ($what) = $line =~ /^\s*#\s*include\s+[<"]([^>"]+)/
		    or return;
		return $what =~ $header && $path !~ $through
		    ? "includes $what" : undef;
	}, %text);
}

# --- words

my %code = map { $_ => code($text{$_}) } @sources;
my $banned = join '|',
    qw(strcpy strcat sprintf vsprintf strtok atoi atol gets alloca);

complain('no function that does not know where to stop',
    sub ($path, $line) {
	return $line =~ /\b($banned)\s*\(/ ? "calls $1" : undef;
}, %code);

# The pages of a visitor are nobody's to write HTML into: words become text.
my @pages = files('htdocs', qr/\.(?:js|css|html)$/);
my %page = map { $_ => slurp($_) } @pages;
complain('the pages make nodes, and no HTML from text', sub ($path, $line) {
	return $line =~ /\b(innerHTML|outerHTML|insertAdjacentHTML|srcdoc
	    |document\.write|eval|Function|DOMParser|setHTMLUnsafe
	    |createContextualFragment)\b\s*[=(]/x ? "uses $1" : undef;
}, map { $_ => code($page{$_}) } grep { /\.js$/ } @pages);
complain('the pages have nothing inline', sub ($path, $line) {
	return $line =~ /<script>|<style|\s(on\w+|style)=/ ? "has $&" : undef;
}, map { $_ => $page{$_} } grep { /\.html$/ } @pages);

complain('lines fit the page', sub ($path, $line) {
	1 while $line =~ s/^([^\t]*)\t/$1 . ' ' x (8 - length($1) % 8)/e;
	return 'is ' . length($line) . ' columns wide' if length($line) > 80;
	return $line =~ /\s$/ ? 'ends in blanks' : undef;
}, map {
	my $line = $text{$_} // $page{$_};
	utf8::decode($line);
	$_ => $line;
} @sources, @pages);

# --- everything is where the Makefile can find it

my $makefile = slurp('Makefile.am');
sub listed($name) { $makefile =~ /(?:^|\s)\Q$name\E(?:\s|$)/ }

# Programs go by their name without .c, recordings by their folder.
none('Makefile.am lists every file', grep {
	my $name = m{^t/(?:unit|fuzz)/\w+\.c$} ? s/\.c$//r : $_;
	!listed($name) && !(m{^(t/[\w/]+)/[^/]+$} && listed($1));
} @sources, files('schema', qr/\.sql$/), files('script', qr/./),
    files('bench', qr/./),
    files('conf', qr/./), files('man', qr/\.[578]$/), files('htdocs', qr/./),
    files("t", qr/./));

# What it makes itself has no file yet.
none('each file that Makefile.am lists is there', grep {
	!-e "$top/$_" && !-e "$top/$_.c" && !m{^src/embedded_};
} $makefile =~ m{(?:^|\s)((?:bench|doc|htdocs|man|schema|script|src|t)/
    [\w./-]+)}gx);

my @ours = (@sources, 'Makefile.am', 'configure.ac', 'README.md',
    'HACKING.md', 'NEWS', files('schema', qr/\.sql$/),
    files('script', qr/./), files('conf', qr/./), files('man', qr/./),
    files('htdocs', qr/\.(?:html|js|css)$/), files('t', qr/\.(?:[cht]|pm|mjs|py)$/));
my %ours = map { $_ => slurp($_) } @ours;
my @homes = grep { length > 4 } $top, $ENV{HOME} // '';
my $home = join '|', map { quotemeta } @homes, '/' . 'root/';
my $later = join '|', 'TO' . 'DO', 'FIX' . 'ME', 'XX' . 'X';

complain('no file knows the machine it was written on',
    sub ($path, $line) {
	return $line =~ m{(?<![\w.])($home)} ? "names $1" : undef;
}, %ours);
complain('nothing is put off', sub ($path, $line) {
	return $line =~ /\b($later)\b/ && $line !~ /X{6}/ ? "says $1" : undef;
}, %ours);

# --- what was built

# Only log.c (where lines go) and the two that are the process may keep
# something; db.c counts what a thread spent, for that thread alone.
my %may_keep = map { $_ => 1 } qw(src/main src/worker src/base/log);
my %may_keep_thread = map { $_ => 1 } qw(src/db/db);

SKIP: {
	my @objects = grep { -f "$build/$_.o" } map { s/\.c$//r }
	    grep { /\.c$/ } @sources;
	skip "nothing is built in $build", 2
	    if !@objects || !-x "$build/taskchat";
	my $symbols = `nm --defined-only '$build/taskchat'`;
	skip 'nm does not run', 2 if $? != 0;

	none('no name of ours is one of jansson\'s or json-c\'s',
	    $symbols =~ /^\S+ \w (json_\w+)$/mg);

	skip 'a counting or sanitizing build keeps books of its own', 1
	    if $symbols =~ /__(?:asan|tsan|ubsan|gcov|llvm_prof)/
	    || `nm '$build/taskchat'` =~ /__(?:asan|tsan|ubsan)_/;
	my @kept;
	for my $object (@objects) {
		for (split /\n/, `objdump -t '$build/$object.o'`) {
			my ($section, $name) = /^[0-9a-f]+ .{7} (\S+)\t\S+ +(?:\.hidden )?(\S+)$/
			    or next;
			next if $name eq $section;
			push @kept, "$object.c: $name" if
			    ($section =~ /^(?:\.data|\.bss|\*COM\*)$/
			    || $section =~ /^\.(?:data|bss)\.(?!rel\.ro)/)
			    && !$may_keep{$object};
			push @kept, "$object.c: $name (thread)" if
			    $section =~ /^\.t(?:data|bss)/
			    && !$may_keep_thread{$object};
		}
	}
	none('nothing of a request can stay behind', @kept);
}

done_testing;
