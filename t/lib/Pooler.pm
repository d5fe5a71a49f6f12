# PgBouncer in transaction mode between the workers and Postgres.
package Pooler;

use v5.36;
use Proc qw(until_true run find_program);

our @ISA = ('Proc::Keeper');

sub start($class, $dir, $cluster, @roles)
{
	my $self = bless { dir => "$dir/pool", cluster => $cluster }, $class;
	mkdir $self->{dir} or die "$self->{dir}: $!";
	my $lines = <<"INI";
[databases]
* = host=$dir port=5432
[pgbouncer]
listen_addr =
listen_port = 6432
unix_socket_dir = $self->{dir}
auth_type = trust
auth_file = $self->{dir}/users
pool_mode = transaction
max_client_conn = 400
default_pool_size = 10
server_login_retry = 1
log_connections = 0
log_disconnections = 0
INI
	write_file("$self->{dir}/pgbouncer.ini", $lines);
	write_file("$self->{dir}/users", map { qq("$_" ""\n) } @roles);
	if (my @ids = Proc::child_ids()) {
		chown $ids[0], $ids[1], $self->{dir},
		    glob "$self->{dir}/*";
	}
	return $self->up;
}

sub write_file($path, @text)
{
	open my $fh, '>', $path or die "$path: $!";
	print $fh @text;
	close $fh or die "$path: $!";
}

sub up($self)
{
	$self->{proc} = Proc->start(name => 'pgbouncer', stop => 'INT',
	    log => "$self->{dir}/pgbouncer.log",
	    argv => [find_program('pgbouncer') // die('no pgbouncer'),
	        "$self->{dir}/pgbouncer.ini"]);
	until_true('PgBouncer to listen', sub {
		die 'PgBouncer ended: ',
		    Proc::slurp("$self->{dir}/pgbouncer.log")
		    if !$self->{proc}->alive;
		return -S "$self->{dir}/.s.PGSQL.6432";
	});
	return $self;
}

sub url($self, $role)
{
	return "host=$self->{dir} port=6432 user=$role dbname=taskchat";
}

1;
