package dev.carillon.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.carillon.message.append.Change;
import dev.carillon.message.conversation.BodyKind;
import dev.carillon.message.rig.Items;
import dev.carillon.message.v1.AppendItem;
import dev.carillon.runtime.errors.Refusal;
import dev.carillon.type.v1.Body;
import dev.carillon.type.v1.Edit;
import dev.carillon.type.v1.MembershipChange;
import dev.carillon.type.v1.Recall;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class GrpcAppendStreamTest {
  private static final int BODY_LIMIT = 1_000;

  private final AppendItem good = Items.direct("ann", "bob", "hello");

  @Test
  void keepsTheBytesOfTheBodyAsTheyCame() {
    // A field that this version does not know, before the one that it knows.
    ByteString body = ByteString.copyFrom(new byte[] {(byte) 0xF8, 1, 7}).concat(good.getBody());

    Change.Post post = post(good.toBuilder().setBody(body).build());

    assertThat(post.body().kind()).isEqualTo(BodyKind.TEXT);
    assertThat(post.body().bytes()).isEqualTo(body.toByteArray());
  }

  @Test
  void findsTheMessageThatABodyRefersTo() {
    Body recall = Body.newBuilder().setRecall(Recall.newBuilder().setTargetSeq(7)).build();
    Body edit = edit(Items.text("better"));

    assertThat(post(with(recall)).body().targetSeq()).isEqualTo(7);
    assertThat(post(with(edit)).body().targetSeq()).isEqualTo(3);
    assertThat(post(good).body().targetSeq()).isZero();
  }

  @Test
  void namesTheFieldThatBreaksARule() {
    ByteString tooShort = ByteString.copyFromUtf8("short");
    assertInvalid(good.toBuilder().setConversationId(tooShort).build(), "conversation_id");
    assertInvalid(good.toBuilder().setClientMessageId(tooShort).build(), "client_message_id");
    assertInvalid(good.toBuilder().clearSender().build(), "sender");
    assertInvalid(good.toBuilder().clearBody().build(), "body");
    assertInvalid(good.toBuilder().setTraceparent("x".repeat(129)).build(), "traceparent");
    assertInvalid(with(Items.text("")), "body.text.text");
    assertInvalid(with(edit(null)), "body.edit.body");
    assertInvalid(with(edit(Body.getDefaultInstance())), "body.edit.body.content");
  }

  @Test
  void refusesABodyThatIsNone() {
    AppendItem item = good.toBuilder().setBody(ByteString.copyFromUtf8("no body")).build();
    assertRefused(item, "REQUEST_INVALID", Map.of());
  }

  @Test
  void refusesKindsThatUsersMayNotSend() {
    Body notice = Body.newBuilder().setMembership(MembershipChange.newBuilder()).build();
    assertRefused(with(Body.getDefaultInstance()), "BODY_INVALID", Map.of());
    assertRefused(with(notice), "BODY_INVALID", Map.of());
    assertRefused(with(edit(notice)), "BODY_INVALID", Map.of());
    assertRefused(with(edit(edit(Items.text("x")))), "BODY_INVALID", Map.of());
  }

  @Test
  void refusesABodyThatIsTooLarge() {
    assertThat(post(with(Items.text("x".repeat(BODY_LIMIT - 10)))).body().bytes().length)
        .isLessThanOrEqualTo(BODY_LIMIT);
    assertRefused(with(Items.text("x".repeat(BODY_LIMIT))), "BODY_TOO_LARGE", Map.of());
  }

  private static Change.Post post(AppendItem item) {
    return GrpcAppendStream.post(item, "", BODY_LIMIT);
  }

  private AppendItem with(Body body) {
    return good.toBuilder().setBody(body.toByteString()).build();
  }

  private static Body edit(@Nullable Body content) {
    Edit.Builder edit = Edit.newBuilder().setTargetSeq(3);
    if (content != null) {
      edit.setBody(content);
    }
    return Body.newBuilder().setEdit(edit).build();
  }

  private static void assertInvalid(AppendItem item, String field) {
    assertRefused(item, "REQUEST_INVALID", Map.of("field", field));
  }

  private static void assertRefused(AppendItem item, String reason, Map<String, String> metadata) {
    assertThatThrownBy(() -> post(item))
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> {
              assertThat(refusal.reason().name()).isEqualTo(reason);
              assertThat(refusal.metadata()).containsAllEntriesOf(metadata);
            });
  }
}
