# Debian's Mail::SRS: rewrites each sender on standard input, and reads back each address behind "<".
use strict;
use warnings;
use Mail::SRS::Guarded;

my $srs = Mail::SRS::Guarded->new(
    Secret => $ARGV[0], MaxAge => 21, HashLength => 4, HashMin => 4, Separator => '=');
while (my $line = <STDIN>) {
    chomp $line;
    my $answer = eval { $line =~ /^<(.*)/ ? $srs->reverse($1) : $srs->forward($line, 'ours.example') };
    print defined $answer ? $answer : 'refused', "\n";
}
