package dev.carillon.runtime.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import org.junit.jupiter.api.Test;

final class EventLoopsTest {
  @Test
  void namesTheSocketsThatSuitItsLoops() {
    try (EventLoops loops = EventLoops.share()) {
      boolean epoll = ((IoEventLoopGroup) loops.group()).isIoType(EpollIoHandler.class);

      assertThat(loops.serverChannelType())
          .isEqualTo(epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class);
      assertThat(loops.channelType())
          .isEqualTo(epoll ? EpollSocketChannel.class : NioSocketChannel.class);
    }
  }

  @Test
  void hasEpollWhereItsNativeLibraryIsShipped() {
    boolean shipped =
        System.getProperty("os.name").equals("Linux")
            && System.getProperty("os.arch").equals("amd64");

    assertThat(Epoll.isAvailable()).isEqualTo(shipped);
  }
}
