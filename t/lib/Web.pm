# A private nginx on a free port of 127.0.0.1, forwarding /api/ and what
# /.well-known/ has of OAuth to a unix socket.
package Web;

use v5.36;
use IO::Socket::INET;
use Proc qw(until_true find_program as_child);

our @ISA = ('Proc::Keeper');

sub start($class, $dir, %opt)
{
	my $self = bless { dir => "$dir/web", socket => $opt{socket},
	    settings => $opt{settings} // '', root => $opt{root},
	    pages => $opt{pages} }, $class;
	mkdir $self->{dir} or die "$self->{dir}: $!";
	mkdir "$self->{dir}/empty";
	if (my @ids = Proc::child_ids()) {
		chown $ids[0], $ids[1], $self->{dir}, "$self->{dir}/empty";
	}
	for (1 .. 20) {
		return $self if $self->up(free_port());
	}
	die 'nginx found no free port: ', $self->log;
}

sub free_port()
{
	my $s = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 1)
	    or die "no port: $@";
	return $s->sockport;
}

# True when it listens on that port, false when somebody else was quicker.
sub up($self, $port)
{
	my $mark = "taskchat-test-$$-$port";
	$self->write_conf($port, $mark);
	my $dir = $self->{dir};
	$self->{proc} = Proc->start(name => 'nginx', stop => 'QUIT',
	    deathsig => 'TERM', log => "$dir/start.log",
	    argv => [find_program('nginx') // die('no nginx'),
	        '-p', "$dir/", '-e', "$dir/error.log",
	        '-c', "$dir/nginx.conf"]);
	until_true('nginx to answer', sub {
		return 1 if !$self->{proc}->alive;
		my $s = IO::Socket::INET->new(PeerAddr => '127.0.0.1',
		    PeerPort => $port, Timeout => 1) or return 0;
		print $s "GET /harness HTTP/1.0\r\n\r\n";
		return join('', <$s>) =~ /\Q$mark\E/;
	});
	return 0 if !$self->{proc}->alive;
	$self->{port} = $port;
	return 1;
}

# The same port again, after down().
sub again($self)
{
	$self->up($self->{port}) or die 'nginx did not come back: ', $self->log;
	return $self;
}

sub port($self) { $self->{port} }
sub log($self) { Proc::slurp("$self->{dir}/error.log") }

sub write_conf($self, $port, $mark)
{
	my $dir = $self->{dir};
	my $root = $self->{root};
	$root = "$dir/empty" if !$root || !as_child(sub { -r $root && -x _ });
	my $params = join '', map { "\t\t\tfastcgi_param $_;\n" } (
		'QUERY_STRING $query_string', 'REQUEST_METHOD $request_method',
		'CONTENT_TYPE $content_type', 'CONTENT_LENGTH $content_length',
		'SCRIPT_NAME $fastcgi_script_name', 'REQUEST_URI $request_uri',
		'DOCUMENT_URI $document_uri', 'DOCUMENT_ROOT $document_root',
		'SERVER_PROTOCOL $server_protocol',
		'REQUEST_SCHEME $scheme', 'HTTPS $https if_not_empty',
		'GATEWAY_INTERFACE CGI/1.1', 'SERVER_SOFTWARE nginx',
		'REMOTE_ADDR $remote_addr', 'REMOTE_PORT $remote_port',
		'SERVER_ADDR $server_addr', 'SERVER_PORT $server_port',
		'SERVER_NAME $server_name',
	);
	my $temp = join '', map { "\t${_}_temp_path $dir/$_;\n" }
	    qw(client_body fastcgi proxy scgi uwsgi);
	# The example's own file, which the children may not be able to read.
	my $pages = '';
	if ($self->{pages}) {
		$pages = Proc::slurp($self->{pages});
	}
	open my $fh, '>', "$dir/nginx.conf" or die "$dir/nginx.conf: $!";
	print $fh <<"CONF";
daemon off;
worker_processes 1;
pid $dir/nginx.pid;
error_log $dir/error.log warn;
events { worker_connections 4096; }
http {
$temp	access_log off;
	types {
		text/html html; text/css css; text/javascript js mjs;
		image/svg+xml svg; application/json json;
		application/manifest+json webmanifest;
	}
	default_type application/octet-stream;
	client_max_body_size 8m;
	large_client_header_buffers 4 64k;
	server {
		listen 127.0.0.1:$port;
		root $root;
		index index.html;
		$pages
		location = /harness { return 200 "$mark"; }
		location /api/ {
$params			fastcgi_pass unix:$self->{socket};
			fastcgi_read_timeout 60s;
			$self->{settings}
		}
		location ~ ^/\\.well-known/oauth-(protected-resource|authorization-server)(/|\$) {
$params			fastcgi_pass unix:$self->{socket};
		}
	}
}
CONF
	close $fh or die "$dir/nginx.conf: $!";
}

1;
