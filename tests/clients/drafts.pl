# Old drafts as Debian's libprotocol-websocket-perl speaks them: perl drafts.pl HOST PORT
#
# It announces the key behind the head of hixie-76 with a Content-Length.

use strict;
use warnings;

use IO::Socket::INET;
use JSON::PP;
use Protocol::WebSocket::Frame;
use Protocol::WebSocket::Handshake::Client;

my $patience = 60;
my ($host, $port) = @ARGV;
my @seen;
for my $version (qw(draft-hixie-75 draft-ietf-hybi-00 draft-ietf-hybi-10 draft-ietf-hybi-17)) {
    local $SIG{ALRM} = sub { die "$version: nothing came for $patience seconds\n" };
    alarm $patience;
    push @seen, converse($version);
    alarm 0;
}
print JSON::PP->new->encode(\@seen), "\n";

sub converse {
    my $version = shift;
    my $socket = IO::Socket::INET->new(PeerAddr => $host, PeerPort => $port) or die "$version: $@";
    my $handshake = Protocol::WebSocket::Handshake::Client->new(
        url     => "ws://$host:$port/",
        version => $version,
    );
    $handshake->req->origin("http://$host:$port");
    syswrite $socket, $handshake->to_string;
    my $bytes = '';
    until ($handshake->is_done) {
        sysread $socket, $bytes, 4096, length $bytes or die "$version: no answer: $bytes";
        $handshake->parse($bytes) or die "$version: " . $handshake->error;
    }

    my $frame = $handshake->build_frame(buffer => "a\x{e9}\x{20ac}\x{1d11e}");
    syswrite $socket, $frame->to_bytes;
    my $incoming = Protocol::WebSocket::Frame->new(version => $version);
    $incoming->append($bytes);
    my $text;
    until (defined($text = $incoming->next)) {
        sysread $socket, $bytes, 4096 or die "$version: the stream ended";
        $incoming->append($bytes);
    }
    return { version => $version, text => $text };
}
