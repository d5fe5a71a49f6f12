# The example settings of each web server: which address is which file, and
# what goes with it.
use v5.36;
use FindBin;
use lib "$FindBin::Bin/lib";
use App;
use Cluster;
use Proc qw(until_true run find_program);
use Web;

my $source = App::source();
my $app = App->new(accounts => 1, pages => 1)->start;
my $socket = $app->socket_path;

# The pages, where the children can read them, and what should not be there.
my $dir = Cluster::make_dir('tcw-XXXXXX');
my $root = "$dir/htdocs";
run(['sh', '-c', 'tar -C "$1" -cf - htdocs | tar -C "$2" -xf - && echo secret'
    . ' >"$2/htdocs/.env" && chmod -R a+rX "$2"', 'sh', $source, $dir],
    as_root => 1);

# An example with our folder and socket.
sub example($name)
{
	my $text = Proc::slurp("$source/conf/$name");
	$text =~ s{/usr/local/share/taskchat/htdocs}{$root}g;
	$text =~ s{/run/taskchat/worker\.sock}{$socket}g;
	return $text;
}

sub put($name, $text)
{
	open my $fh, '>', "$dir/$name" or die "$dir/$name: $!";
	print $fh $text;
	close $fh or die "$dir/$name: $!";
	return "$dir/$name";
}

# Status, headers by lower-case name (several are joined), body.
sub ask($port, $path, @options)
{
	my ($status, $out) = run(['curl', '-s', '-i', '--path-as-is',
	    '--noproxy', '*', @options, "http://127.0.0.1:$port$path"]);
	my ($head, $body) = split /\r?\n\r?\n/, $out, 2;
	my %headers;
	for (split /\r?\n/, $head) {
		my ($name, $value) = /^([^:]+): *(.*)/ or next;
		push @{ $headers{lc $name} }, $value;
	}
	$_ = join ', ', @$_ for values %headers;
	my ($code) = $head =~ m{^HTTP/\S+ (\d+)};
	return ($code, \%headers, $body // '');
}

sub is_page($port, $path, $status, $words)
{
	my ($code, $headers, $body) = ask($port, $path);
	is($code, $status, "$path: $status");
	like($body, $words, '... with its words');
	like($headers->{'content-security-policy'} // '',
	    qr/default-src 'none'.*frame-ancestors 'none'/, '... a policy');
	is($headers->{'x-content-type-options'}, 'nosniff', '... its type');
	is($headers->{'cache-control'}, 'no-cache', '... is asked for again');
	return $headers;
}

sub judge($port)
{
	my $chat = qr{src="/site/chat\.js"};
	is_page($port, '/', 200, qr{/site/index\.js});
	is_page($port, $_, 200, $chat) for qw(/chat /chat/ /chat/7);
	is_page($port, '/tasks', 200, qr{/site/tasks-page\.js});
	my $headers = is_page($port, '/authorize?client_id=a.b&state=/c%3F?d',
	    200, qr{/site/authorize\.js});
	like($headers->{'referrer-policy'}, qr/^(same-origin|no-referrer)$/,
	    '... whose address nobody else is told');
	is_page($port, '/missing', 404, qr/<h1/);
	for my $path (qw(/chatkit-official /chatkit-official.html)) {
		my $headers = is_page($port, $path, 200, qr{official\.js});
		like($headers->{'content-security-policy'},
		    qr/script-src 'self' https:/, '... lets the vendor in');
	}
	for my $path (qw(/chatkit.js /site.css)) {
		my $headers = is_page($port, $path, 200, qr/./);
		is($headers->{'access-control-allow-origin'}, '*',
		    '... also for pages elsewhere');
	}
	for my $path (qw(/.env /vendor/../.env /%2eenv)) {
		my ($code, undef, $body) = ask($port, $path);
		like($code, qr/^40[034]$/, "$path: none of your business");
		unlike($body, qr/secret/, '... and is not told');
	}
	(my $code, $headers) = ask($port, '/api/me');
	is($code, 401, 'the service answers');
	is($headers->{'cache-control'}, 'no-store', '... for nobody to keep');
	is($headers->{'access-control-allow-origin'}, undef,
	    '... nor for others to read');
	for my $path (map { ("/.well-known/oauth-$_", "/.well-known/oauth-$_/x",
	    "/.well-known/oauth-$_?a=b") } qw(protected-resource
	    authorization-server)) {
		($code, $headers, my $body) = ask($port, $path);
		like($body, qr/"(?:resource|issuer|code)":/,
		    "$path is the service's");
		is($headers->{'content-security-policy'},
		    "frame-ancestors 'self'", '... with its own policy');
	}
	($code, $headers, my $document) = ask($port,
	    '/.well-known/oauth-protected-resource/api/mcp');
	is($code, 200, 'who hands out tokens for MCP');
	like($document, qr{"resource":"http://127\.0\.0\.1:\d+/api/mcp"},
	    '... is told');
	is($headers->{'access-control-allow-origin'}, '*', '... everybody');
	for my $path (qw(/.well-known/oauth-protected-resources
	    /.well-known/other)) {
		is_page($port, $path, 404, qr/<h1/);
	}
	my @host = ('-H', 'Host: 127.0.0.1:' . $app->port);
	($code, $headers) = ask($port, '/api/mcp', @host);
	is($code, 401, 'a program without a token');
	like($headers->{'www-authenticate'}, qr{resource_metadata="http://},
	    '... is told where to ask');
	is((ask($port, '/api/mcp/', @host))[0], 404,
	    'there is no slash at the end of the address');
	is((ask($port, '/api/mcp', '-H', 'Host: evil.example'))[0], 403,
	    'nor is it the address of any host');
	($code, $headers, my $body) = ask($port, '/api/.x.js/tasks');
	like($body, qr/unauthorized/, '... whatever its users are called');
	($code, $headers, $body) = ask($port, '/api/x.js');
	like($body, qr/no_such_route/, '... what there is');
	is($headers->{'access-control-allow-origin'}, undef,
	    '... and to whom');
}

# Start it and wait until it listens on its port.
sub serve($name, $port, @argv)
{
	my $log = "$dir/$name.log";
	my $proc = Proc->start(name => $name, dir => $dir, log => $log,
	    argv => \@argv);
	until_true("$name to listen", sub {
		die "$name ended: ", Proc::slurp($log) if !$proc->alive;
		return IO::Socket::INET->new(PeerAddr => '127.0.0.1',
		    PeerPort => $port, Timeout => 1);
	});
	judge($port);
	$proc->end;
}

subtest 'nginx' => sub { judge($app->port) };

subtest 'lighttpd' => sub {
	my $program = find_program('lighttpd')
	    // plan(skip_all => 'lighttpd is not installed');
	my $port = Web::free_port();
	my $conf = put('lighttpd.conf', <<"CONF" . example('lighttpd.conf'));
server.port = $port
server.bind = "127.0.0.1"
mimetype.assign = (
	".html" => "text/html; charset=utf-8",
	".js" => "text/javascript",
	".css" => "text/css",
	"" => "application/octet-stream",
)
CONF
	serve('lighttpd', $port, $program, '-D', '-f', $conf);
};

subtest 'Apache' => sub {
	my $program = find_program('apache2')
	    // plan(skip_all => 'apache2 is not installed');
	my $modules = '/usr/lib/apache2/modules';
	plan(skip_all => "there is no $modules") if !-d $modules;
	my $port = Web::free_port();
	my $load = join '', map { "LoadModule ${_}_module $modules/mod_$_.so\n" }
	    qw(mpm_event authz_core mime dir setenvif env filter proxy
	    proxy_fcgi headers rewrite deflate);
	my $conf = put('apache.conf', <<"CONF" . example('apache.conf'));
ServerName 127.0.0.1
Listen 127.0.0.1:$port
PidFile $dir/apache.pid
ErrorLog $dir/apache-error.log
DefaultRuntimeDir $dir
Mutex file:$dir default
${load}TypesConfig /etc/mime.types
CONF
	serve('apache', $port, $program, '-X', '-d', $dir, '-f', $conf);
};

done_testing;
