# The plugin side of Millrace for Perl. One file, no dependency beyond Perl's own modules. The contract stands in
# docs/guide/plugins.md.
#
#   use FindBin; use lib $FindBin::Bin; use MillracePlugin;
#   MillracePlugin::serve(greet => sub { my ($input, $context) = @_; return { text => "Hello $input->{name}" } });
package MillracePlugin;
use strict;
use warnings;
use utf8;
use IO::Handle;
use IO::Select;
use JSON::PP;

my $json = JSON::PP->new->utf8->canonical->allow_nonref->allow_blessed;
my ($out, $ended, %cancelled, @waiting);
my $held = '';

# An error that a function may die with: business_error('no_street', 'There is no such street').
sub business_error { return { kind => 'business', code => $_[0], message => $_[1] // $_[0], retry => JSON::PP::false } }

sub application_error {
    my ($code, $message, $retry) = @_;
    my $may = !defined $retry || $retry ? JSON::PP::true : JSON::PP::false;
    return { kind => 'application', code => $code, message => $message // $code, retry => $may };
}

sub answer {
    my $text = $json->encode($_[0]) . "\n";
    print {$out} $text;
    return $out->flush;
}

# Serves functions by name until the standard input ends, one invocation after the other.
sub serve {
    my (%functions) = @_;
    # Messages go to the real standard output; whatever else prints there lands in the log.
    open $out, '>&', \*STDOUT or die $!;
    open STDOUT, '>&', \*STDERR or die $!;
    binmode $out;
    STDOUT->autoflush(1);
    binmode STDOUT, ':encoding(UTF-8)';
    while (defined(my $message = next_message())) {
        last if $message->{type} eq 'shutdown';
        answer(probed($message, \%functions)) if $message->{type} eq 'probe';
        answer(invoke($message, \%functions)) if $message->{type} eq 'invoke';
    }
    return;
}

sub probed {
    my ($message, $functions) = @_;
    my $name = $ENV{MILLRACE_PACKAGE_NAME} // '';
    my $version = $ENV{MILLRACE_PACKAGE_VERSION} // '';
    my $output = { name => $name, version => $version, protocol => 1, functions => [ sort keys %$functions ] };
    return { type => 'ok', id => $message->{id}, output => $output };
}

sub invoke {
    my ($message, $functions) = @_;
    my $id = $message->{id};
    my $function = $functions->{ $message->{function} };
    my $missing = business_error('function_unknown', "there is no function $message->{function}");
    return { type => 'error', id => $id, error => $missing } if !defined $function;
    my $context = MillracePlugin::Context->new($message);
    my $output;
    return { type => 'ok', id => $id, output => $output }
        if eval { $output = $function->($message->{input}, $context); 1 };
    my $error = $@;
    return { type => 'error', id => $id, error => $error } if ref $error eq 'HASH' && $error->{kind};
    print STDERR $error;
    chomp $error;
    return { type => 'error', id => $id, error => application_error('failed', "$error") };
}

sub next_message {
    read_more(undef) while !@waiting && !$ended;
    return shift @waiting;
}

# Takes what stands on the standard input; waits for it unless a time is given.
sub read_more {
    my ($wait) = @_;
    return if !IO::Select->new(\*STDIN)->can_read($wait);
    my $count = sysread STDIN, my $chunk, 65_536;
    $ended = 1 if !$count;
    $held .= $chunk if $count;
    while ($held =~ s/\A([^\n]*)\n//) {
        my $message = $json->decode($1);
        if ($message->{type} eq 'cancel') { $cancelled{ $message->{id} } = 1 }
        else { push @waiting, $message }
    }
    return;
}

sub was_cancelled {
    my ($id) = @_;
    read_more(0) if !$ended;
    return exists $cancelled{$id};
}

# What the host says of an invocation ($context->get('job')), and the ways to speak to it.
package MillracePlugin::Context;

sub new { my ($class, $message) = @_; return bless { message => $message }, $class }
sub get { my ($self, $name) = @_; return $self->{message}{context}{$name} }

sub progress {
    my ($self, $fraction, $text) = @_;
    my $id = $self->{message}{id};
    return MillracePlugin::answer(
        { type => 'progress', id => $id, fraction => $fraction + 0, message => $text // '' });
}

sub log {
    my ($self, $text, $level) = @_;
    my $id = $self->{message}{id};
    return MillracePlugin::answer({ type => 'log', id => $id, level => $level // 'info', message => "$text" });
}

# Whether the host asked to stop; long work asks now and then.
sub cancelled { my ($self) = @_; return MillracePlugin::was_cancelled($self->{message}{id}) }

1;
