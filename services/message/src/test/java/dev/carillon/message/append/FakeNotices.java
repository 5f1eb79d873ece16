package dev.carillon.message.append;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.carillon.message.conversation.BodyKind;
import dev.carillon.message.conversation.MessageBody;
import java.util.List;

/// Membership notices as text: the digest, who came and who went, one per line.
final class FakeNotices implements MembershipNotices {
  @Override
  public MessageBody write(MembershipNotice notice) {
    String text =
        notice.request()
            + "\n"
            + String.join(",", notice.added())
            + "\n"
            + String.join(",", notice.removed());
    return MessageBody.of(BodyKind.MEMBERSHIP, text.getBytes(UTF_8));
  }

  @Override
  public MembershipNotice read(MessageBody body) {
    String[] lines = new String(body.bytes(), UTF_8).split("\n", -1);
    return new MembershipNotice(users(lines[1]), users(lines[2]), Long.parseLong(lines[0]));
  }

  private static List<String> users(String line) {
    return line.isEmpty() ? List.of() : List.of(line.split(","));
  }
}
