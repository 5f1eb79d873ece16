package dev.carillon.connection.backend;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.carillon.message.v1.AppendItem;
import dev.carillon.message.v1.Appended;
import dev.carillon.type.v1.Body;
import dev.carillon.type.v1.Refusal;
import dev.carillon.type.v1.Text;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What a [MessageClient] promises of appends.
public abstract class MessageClientContract {
  private static final ByteString CONVERSATION = ByteString.copyFromUtf8("fedcba9876543210");
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /// For the tests of one implementation.
  protected MessageClientContract() {}

  /// The client under test, whose message service is up and empty.
  protected abstract MessageClient messages();

  @Test
  final void appendsOfOneThreadAreStoredInTheOrderOfTheCalls() {
    List<CompletableFuture<Appended>> answers =
        IntStream.rangeClosed(1, 50).mapToObj(this::append).toList();

    for (int i = 0; i < 50; i++) {
      assertThat(answers.get(i))
          .succeedsWithin(PATIENCE)
          .isEqualTo(Appended.newBuilder().setSeq(i + 1).setPrevSeq(i).build());
    }
  }

  @Test
  final void theSameClientMessageIdFindsWhatWasStored() {
    assertThat(append(1)).succeedsWithin(PATIENCE);

    assertThat(append(1))
        .succeedsWithin(PATIENCE)
        .isEqualTo(Appended.newBuilder().setSeq(1).setDuplicate(true).build());
  }

  private CompletableFuture<Appended> append(int id) {
    CompletableFuture<Appended> appended = new CompletableFuture<>();
    messages()
        .append(
            AppendItem.newBuilder()
                .setConversationId(CONVERSATION)
                .setSender("ann")
                .setClientMessageId(ByteString.copyFrom(ByteBuffer.allocate(16).putInt(12, id)))
                .setBody(
                    Body.newBuilder()
                        .setText(Text.newBuilder().setText("hello"))
                        .build()
                        .toByteString()),
            new Answer<>() {
              @Override
              public void answered(Appended value) {
                appended.complete(value);
              }

              @Override
              public void refused(Refusal refusal) {
                appended.completeExceptionally(new AssertionError(refusal.toString()));
              }
            });
    return appended;
  }
}
