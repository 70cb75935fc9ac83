use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use MillracePlugin;

sub check_iban {
    my ($input) = @_;
    my $text = uc $input->{iban} =~ s/ //gr;
    die MillracePlugin::business_error('no_iban', "$input->{iban} is no IBAN")
        if $text !~ /\A[A-Z]{2}[0-9]{2}[A-Z0-9]{10,30}\z/;
    # A digit stands for itself, A for 10, Z for 35.
    my $digits = (substr($text, 4) . substr($text, 0, 4)) =~ s/([A-Z])/ord($1) - 55/ger;
    my $remainder = 0;
    $remainder = ($remainder * 10 + $_) % 97 for split //, $digits;
    my $valid = $remainder == 1 ? JSON::PP::true : JSON::PP::false;
    return { valid => $valid, country => substr $text, 0, 2 };
}

MillracePlugin::serve(check_iban => \&check_iban);
