#!/usr/bin/perl
# The pages' scripts, given to the TypeScript compiler with the types of
# ChatKit's client: every name, option, method and event is the vendor's.
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib";
use App;

my $types = "$FindBin::Bin/types";
my $node = Proc::find_program('node');
my $have = Proc::slurp("$types/node_modules/.installed-lock");
my $why = !$node || $have ne Proc::slurp("$types/package-lock.json")
    ? 'the types of ChatKit are not installed (script/setup -n)'
    : !-e "$FindBin::Bin/../htdocs/vendor/marked.d.ts"
    ? 'htdocs/vendor/marked.d.ts is missing (make puts it there)' : undef;
if ($why) {
	Test::More::BAIL_OUT($why) if $ENV{TASKCHAT_NEED_NODE};
	Test::More::plan(skip_all => $why);
}

my $dir = Cluster::make_dir('tt-XXXXXX');

# What the compiler says of a project; the empty string is praise.
sub compile($project)
{
	my ($status, $out, $err) = Proc::run([$node,
	    "$types/node_modules/typescript/bin/tsc", '-p', $project],
	    as_root => 1, seconds => 240);
	return $status == 0 ? '' : "$out$err" || "status $status\n";
}

# The same with one more file, which lies beside the element.
sub compile_with($text)
{
	my ($source) = "$FindBin::Bin/../htdocs";
	open my $fh, '>', "$dir/page.js" or die "$dir/page.js: $!";
	print $fh "// \@ts-check\n", $text =~ s{HTDOCS}{$source}gr;
	close $fh or die "$dir/page.js: $!";
	open $fh, '>', "$dir/tsconfig.json" or die "$dir/tsconfig.json: $!";
	print $fh qq({ "extends": "$types/htdocs.json",)
	    . qq( "include": ["page.js"] });
	close $fh or die "$dir/tsconfig.json: $!";
	return compile("$dir/tsconfig.json");
}

is(compile("$types/htdocs.json"), '', 'the pages are of the types they say');

my $import = "import { h } from \"HTDOCS/chatkit/dom.js\";\n";
is(compile_with("${import}h(\"p\", { class: \"x\" }).align;\n"), '',
    'a right line passes');
like(compile_with("${import}h(\"p\").nosuch;\n"), qr/'nosuch' does not exist/,
    '... and a wrong one is seen');
like(compile_with("import { ChatKitElement } from"
    . " \"HTDOCS/chatkit/element.js\";\n"
    . "new ChatKitElement().setOptions({ api: { url: 1 } });\n"),
    qr/is not assignable to type/, '... and an option that is none');

Cluster::remove_tree($dir);
done_testing;
