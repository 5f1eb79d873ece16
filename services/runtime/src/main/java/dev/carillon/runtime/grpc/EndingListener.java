package dev.carillon.runtime.grpc;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.ServerCall;

/// Does something when a call is over, however it ended. gRPC reports that once.
final class EndingListener<Q> extends SimpleForwardingServerCallListener<Q> {
  private final Runnable onEnd;

  EndingListener(ServerCall.Listener<Q> delegate, Runnable onEnd) {
    super(delegate);
    this.onEnd = onEnd;
  }

  @Override
  public void onCancel() {
    try {
      super.onCancel();
    } finally {
      onEnd.run();
    }
  }

  @Override
  public void onComplete() {
    try {
      super.onComplete();
    } finally {
      onEnd.run();
    }
  }
}
