use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use MillracePlugin;

sub slurp {
    my ($path) = @_;
    open my $file, '<', $path or die "$path: $!";
    local $/ = undef;
    return <$file>;
}

MillracePlugin::serve(
    echo     => sub { $_[0] },
    progress => sub {
        my (undef, $context) = @_;
        $context->progress(0.5, 'half');
        $context->log('a warning', 'warn');
        return undef;
    },
    wait => sub {
        my (undef, $context) = @_;
        select undef, undef, undef, 0.01 until $context->cancelled;
        return { stopped => JSON::PP::true };
    },
    business    => sub { die MillracePlugin::business_error('no_street', 'There is no such street') },
    application => sub { die MillracePlugin::application_error('try_later', 'Not now') },
    fail        => sub { die "boom\n" },
    files       => sub {
        my (undef, $context) = @_;
        my $directory = $context->get('directory');
        open my $file, '>', "$directory/out.txt" or die $!;
        print {$file} uc slurp("$directory/in.txt");
        close $file or die $!;
        return undef;
    },
    stray => sub {
        print 'stray without end';
        print "\nstray line\n";
        return { printed => JSON::PP::true };
    },
    big     => sub { 'x' x $_[0]{size} },
    crash   => sub { require POSIX; POSIX::_exit(3) },
    context => sub {
        my (undef, $context) = @_;
        return {
            job      => $context->get('job'),
            attempt  => $context->get('attempt'),
            language => $context->get('config')->{language},
            key      => length $context->get('secrets')->{key},
        };
    },
);
