package dev.carillon.connection.transport;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.List;

/// Puts the parts of an HTTP request together; one that is too large is answered with a refusal.
///
/// The rest of that request is read and dropped before the connection is closed, because a peer
/// that still writes would lose the answer; the connection's own timer bounds how long that takes.
final class RequestAggregator extends HttpObjectAggregator {
  private boolean refused;

  /// @param maxBody the largest body in bytes
  RequestAggregator(int maxBody) {
    super(maxBody, true);
  }

  @Override
  protected void decode(ChannelHandlerContext context, HttpObject part, List<Object> out)
      throws Exception {
    if (!refused) {
      super.decode(context, part, out);
    }
    if (refused && part instanceof LastHttpContent) {
      context.close();
    }
  }

  @Override
  protected void handleOversizedMessage(ChannelHandlerContext context, HttpMessage oversized) {
    refused = true;
    context.writeAndFlush(refusal(oversized));
  }

  @Override
  protected Object newContinueResponse(HttpMessage start, int maxBody, ChannelPipeline pipeline) {
    Object response = super.newContinueResponse(start, maxBody, pipeline);
    if (response instanceof FullHttpResponse answer
        && answer.status().equals(HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE)) {
      answer.release();
      return refusal(start);
    }
    return response;
  }

  private FullHttpResponse refusal(HttpMessage oversized) {
    long size = HttpUtil.getContentLength(oversized, -1L);
    String found = size < 0 ? "more than " + maxContentLength() : String.valueOf(size);
    byte[] content =
        HttpExchange.refusal(
            "BODY_TOO_LARGE",
            "request: " + found + " bytes (expected: " + maxContentLength() + " at most)");
    return HttpExchange.response(
        HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE, HttpExchange.JSON, content, false);
  }
}
