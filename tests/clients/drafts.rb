# Old drafts as Debian's ruby-websocket speaks them: ruby drafts.rb HOST PORT
#
# The library makes and checks all handshakes. Its frames are used where they follow the draft: 75, 76, 03, 07, 08 and
# 13. (Its 01 and 02 frame like 76, its 04 does not mask, its 05 and 06 mask as 07 does: there the frames are ours.)

require 'digest/sha1'
require 'json'
require 'socket'
require 'timeout'
require 'websocket'

PATIENCE = 60
VERSIONS = [75, 76, 0, 1, 2, 3, 4, 5, 6, 7, 8, 13].freeze
KEY = "\x37\xfa\x21\x3d".b
GUID = '61AC5F19-FBBA-4540-B96F-6561F1AB40A8'.freeze
OLD = { text: 4, binary: 5, ping: 2, pong: 3, close: 1 }.freeze

# A connection whose frames the library writes and reads.
class Theirs
  def initialize(socket, version)
    @socket = socket
    @version = version
    @incoming = WebSocket::Frame::Incoming::Client.new(version: version)
  end

  def send(type, data)
    frame = WebSocket::Frame::Outgoing::Client.new(version: @version, type: type, data: data)
    bytes = frame.to_s
    raise frame.error.to_s if bytes.empty?

    @socket.write(bytes)
  end

  def receive
    loop do
      frame = @incoming.next
      raise @incoming.error.to_s if @incoming.error?
      return [frame.type.to_s, frame.data.to_s] if frame

      @incoming << @socket.readpartial(4096)
    end
  end
end

# A connection whose frames are written and read here, by the draft.
class Ours
  def initialize(socket, version, secret)
    @socket = socket
    @version = version
    @secret = secret
  end

  def send(type, data)
    data = data.b
    plain = [(@version < 4 ? 0 : 0x80) | OLD.fetch(type), data.bytesize].pack('CC') + data
    @socket.write(hide(plain))
  end

  def receive
    first, length = @socket.read(2).unpack('CC')
    raise "#{first} is not the only frame of its message" unless first[7] == (@version < 4 ? 0 : 1)

    [OLD.key(first & 0x0f).to_s, length.zero? ? '' : @socket.read(length)]
  end

  private

  def hide(plain)
    return plain if @version < 4

    pad = @version == 4 ? Digest::SHA1.digest(KEY + @secret) : KEY
    KEY + plain.bytes.each_with_index.map { |byte, at| byte ^ pad.getbyte(at % pad.bytesize) }.pack('C*')
  end
end

def shake_hands(socket, host, port, version)
  url = "ws://#{host}:#{port}/"
  handshake = WebSocket::Handshake::Client.new(url: url, version: version, origin: "http://#{host}:#{port}")
  socket.write(handshake.to_s)
  # By the byte: what comes behind the handshake is not its part.
  handshake << socket.readpartial(1) until handshake.finished?
  handshake << socket.read(16) if version == 76 || version < 4
  raise "the library does not take the answer: #{handshake.error}" unless handshake.valid? || spaces?(handshake)

  handshake
end

# The library strips white space off the proof before it compares, on one side more than on the other.
def spaces?(handshake)
  proof = handshake.instance_variable_get(:@leftovers).to_s.b
  proof.bytesize == 16 && proof.match?(/[\s\0]/n)
end

def connection(socket, version, handshake)
  return Theirs.new(socket, version) unless [1, 2, 4, 5, 6].include?(version)

  key = handshake.to_s[/^Sec-WebSocket-Key: (.*)\r$/, 1]
  secret = Digest::SHA1.digest("#{key}#{handshake.headers['sec-websocket-nonce']}#{GUID}")
  Ours.new(socket, version, secret)
end

def converse(host, port, version)
  socket = TCPSocket.new(host, port)
  peer = connection(socket, version, shake_hands(socket, host, port, version))
  peer.send(:text, 'aé€𝄞')
  seen = { version: version, text: peer.receive.last.dup.force_encoding('UTF-8') }
  unless [75, 76, 0].include?(version)
    peer.send(:binary, "\x00\xff\x80".b)
    seen[:binary] = peer.receive.last.bytes
    peer.send(:ping, 'there?')
    seen[:pong] = peer.receive
  end
  # hixie-75 has no closing handshake.
  if version == 75
    socket.close_write
  else
    peer.send(:close, '')
    seen[:close] = peer.receive.first
  end
  seen[:rest] = socket.read.to_s.bytesize
  seen
end

host, port = ARGV
puts JSON.generate(VERSIONS.map { |version| Timeout.timeout(PATIENCE) { converse(host, port, version) } })
