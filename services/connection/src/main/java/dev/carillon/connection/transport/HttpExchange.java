package dev.carillon.connection.transport;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.carillon.connection.session.SessionLoop;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// One HTTP request of the client port and its one response.
public final class HttpExchange {
  static final String JSON = "application/json";
  private static final char MAX_ASCII = 0x7e;

  private final Channel channel;
  private final SessionLoop loop;
  private final String method;
  private final QueryStringDecoder uri;
  private final HttpHeaders headers;
  private final byte[] body;
  private final boolean keepAlive;
  private final Runnable answered;
  private final AtomicBoolean responded = new AtomicBoolean();

  /// Copies what it needs, so that the request may be released; `answered` runs on the event loop
  /// once the response is on its way and the connection stays open.
  HttpExchange(Channel channel, SessionLoop loop, FullHttpRequest request, Runnable answered) {
    this.channel = channel;
    this.loop = loop;
    this.method = request.method().name();
    this.uri = new QueryStringDecoder(request.uri());
    this.headers = request.headers().copy();
    this.body = ByteBufUtil.getBytes(request.content());
    this.keepAlive = HttpUtil.isKeepAlive(request);
    this.answered = answered;
  }

  /// Whether path and query can be decoded and are UTF-8: anything else would be read as a text
  /// that the client did not write.
  boolean isReadable() {
    try {
      return !uri.path().isEmpty() && uri.parameters() != null && isUtf8(uri.uri());
    } catch (IllegalArgumentException | IndexOutOfBoundsException malformed) {
      return false;
    }
  }

  /// Whether a URI is UTF-8 throughout. Throws when an escape is malformed, also behind a `#`,
  /// where the decoder does not look.
  private static boolean isUtf8(String uri) {
    if (uri.contains("%+") || uri.contains("%-")) {
      // URLDecoder would take the sign for a part of the number.
      throw new IllegalArgumentException("escape: a sign (expected: two hex digits)");
    }
    byte[] bytes = URLDecoder.decode(uri, ISO_8859_1).getBytes(ISO_8859_1);
    try {
      UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return uri.chars().allMatch(c -> c <= MAX_ASCII);
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  /// The method, in upper case.
  public String method() {
    return method;
  }

  /// The decoded path, without the query.
  public String path() {
    return uri.path();
  }

  /// The query's parameters, decoded; a name may have several values.
  public Map<String, List<String>> parameters() {
    return uri.parameters();
  }

  /// A header's first value, if the header is there.
  public @Nullable String header(String name) {
    return headers.get(name);
  }

  /// The body; not copied.
  public byte[] body() {
    return body;
  }

  /// Runs `task` on the connection's event loop: inline when called on it, by a hand-off otherwise.
  public void execute(Runnable task) {
    loop.execute(task);
  }

  public EventLoop eventLoop() {
    return loop.eventLoop();
  }

  /// Runs `action` on the event loop when the connection closes, or soon if it is closed already.
  ///
  /// @return gives the action up; a connection outlives its requests
  public Runnable onClosed(Runnable action) {
    ChannelFutureListener listener = closed -> action.run();
    channel.closeFuture().addListener(listener);
    return () -> channel.closeFuture().removeListener(listener);
  }

  /// Responds, on any thread. A second call does nothing, nor does a call after the peer has gone.
  public void respond(int status, String contentType, byte[] content) {
    if (!responded.compareAndSet(false, true)) {
      return;
    }
    FullHttpResponse response =
        response(HttpResponseStatus.valueOf(status), contentType, content, keepAlive);
    response.headers().set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE);
    execute(() -> write(response));
  }

  /// Refuses the request for good, on any thread.
  void refuse(HttpResponseStatus status, String expected) {
    String reason = status.reasonPhrase().toUpperCase(Locale.ROOT).replace(' ', '_');
    respond(status.code(), JSON, refusal(reason, "expected: " + expected));
  }

  /// A response that keeps the connection open or has the peer close it.
  static FullHttpResponse response(
      HttpResponseStatus status, String contentType, byte[] content, boolean keepAlive) {
    FullHttpResponse response =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(content));
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, contentType)
        .setInt(HttpHeaderNames.CONTENT_LENGTH, content.length)
        .set(
            HttpHeaderNames.CONNECTION,
            keepAlive ? HttpHeaderValues.KEEP_ALIVE : HttpHeaderValues.CLOSE);
    return response;
  }

  /// The JSON of a refusal for good; neither text has a character that JSON escapes.
  static byte[] refusal(String reason, String message) {
    return "{\"reason\":\"%s\",\"message\":\"%s\",\"retryable\":false}"
        .formatted(reason, message)
        .getBytes(UTF_8);
  }

  private void write(FullHttpResponse response) {
    channel
        .writeAndFlush(response)
        .addListener(done -> {
          if (done.isSuccess() && keepAlive) {
            answered.run();
          } else {
            channel.close();
          }
        });
  }
}
