package dev.carillon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.carillon.client.ClientMessageId;
import dev.carillon.client.Content;
import dev.carillon.client.ConversationId;
import dev.carillon.client.GroupChange;
import dev.carillon.client.Message;
import dev.carillon.client.SentMessage;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class OutputTest {
  private static final ConversationId CONVERSATION =
      new ConversationId("000102030405060708090a0b0c0d0e0f");
  private static final ClientMessageId ID = new ClientMessageId("0f0e0d0c0b0a09080706050403020100");
  private static final byte[] DATA = "data".getBytes(StandardCharsets.UTF_8);

  /// Every kind of content that stands for itself: it, its words for people, and what its JSON
  /// object holds.
  static Stream<Arguments> saidContents() {
    return Stream.of(
        Arguments.of(Content.text("hi"), "hi", "{'text':'hi'}"),
        Arguments.of(
            new Content.Binary("image/png", DATA),
            "[image/png, 4 bytes]",
            "{'kind':'binary','media_type':'image/png','data':'ZGF0YQ=='}"),
        Arguments.of(
            new Content.Custom("poll", DATA),
            "[poll, 4 bytes]",
            "{'kind':'custom','type':'poll','data':'ZGF0YQ=='}"),
        Arguments.of(
            new Content.Media("m1", "video/mp4", 9, "a film"),
            "[video/mp4 m1]",
            "{'kind':'media','media_id':'m1','media_type':'video/mp4','size':9,'caption':'a"
                + " film'}"),
        Arguments.of(
            new Content.Unknown(),
            "[content that this release does not know]",
            "{'kind':'unknown'}"));
  }

  /// Every kind of content that is about another message or about members.
  static Stream<Arguments> aboutContents() {
    return Stream.of(
        Arguments.of(
            new Content.Edit(3, Content.text("better")),
            "[changed message 3] better",
            "{'kind':'edit','target_seq':3,'content':{'text':'better'}}"),
        Arguments.of(
            new Content.Recall(3), "[recalled message 3]", "{'kind':'recall','target_seq':3}"),
        Arguments.of(
            new Content.Reaction(3, "+1", false),
            "[reacted +1 to message 3]",
            "{'kind':'reaction','target_seq':3,'reaction':'+1','removed':false}"),
        Arguments.of(
            new Content.Reaction(3, "+1", true),
            "[took back +1 to message 3]",
            "{'kind':'reaction','target_seq':3,'reaction':'+1','removed':true}"),
        Arguments.of(
            new Content.Membership(List.of("ann", "bob"), List.of()),
            "[joined: ann, bob]",
            "{'kind':'membership','added':['ann','bob'],'removed':[]}"),
        Arguments.of(
            new Content.Membership(List.of(), List.of("cid")),
            "[removed: cid]",
            "{'kind':'membership','added':[],'removed':['cid']}"),
        Arguments.of(
            new Content.Membership(List.of("ann"), List.of("cid")),
            "[joined: ann; removed: cid]",
            "{'kind':'membership','added':['ann'],'removed':['cid']}"),
        Arguments.of(new Content.Recalled(7), "[recalled]", "{'kind':'recalled','recall_seq':7}"));
  }

  @ParameterizedTest
  @MethodSource({"saidContents", "aboutContents"})
  void everyContentHasWordsAndAnObject(Content content, String words, String object) {
    Message message =
        new Message(CONVERSATION, 5, 4, "ann", ID, Instant.parse("2026-01-02T03:04:05Z"), content);
    assertThat(printed(false, output -> output.message(message)))
        .matches("#5 {2}\\d\\d:\\d\\d:05 {2}ann: \\Q" + words + "\\E\\R");

    JsonObject expected = JsonParser.parseString(object).getAsJsonObject();
    expected.addProperty("conversation_id", CONVERSATION.hex());
    expected.addProperty("seq", 5);
    expected.addProperty("prev_seq", 4);
    expected.addProperty("sender", "ann");
    expected.addProperty("client_message_id", ID.hex());
    expected.addProperty("stored_at", "2026-01-02T03:04:05Z");
    assertThat(json(output -> output.message(message))).isEqualTo(expected);
  }

  @Test
  void aMessageSentBeforeIsToldAsSuch() {
    SentMessage first = new SentMessage(CONVERSATION, 5, 4, ID, "STORED", false);
    SentMessage again = new SentMessage(CONVERSATION, 5, 4, ID, "STORED", true);
    assertThat(printed(false, output -> output.sent(first)))
        .isEqualToIgnoringNewLines("stored as number 5 of " + CONVERSATION);
    assertThat(printed(false, output -> output.sent(again))).contains("stored before");
    assertThat(json(output -> output.sent(again)).get("duplicate").getAsBoolean()).isTrue();
  }

  @Test
  void aChangeOfAGroupThatChangedNothingSaysSoAndHasNoNumber() {
    GroupChange nothing = new GroupChange(CONVERSATION, 0, List.of(), false);
    assertThat(printed(false, output -> output.changed(nothing, "removed")))
        .contains("no member was removed");
    JsonObject unchanged = json(output -> output.changed(nothing, "removed"));
    assertThat(unchanged.get("changed").getAsBoolean()).isFalse();
    assertThat(unchanged.has("seq")).isFalse();

    GroupChange left = new GroupChange(CONVERSATION, 9, List.of("bob"), false);
    assertThat(printed(false, output -> output.changed(left, "removed"))).contains("removed bob");
    JsonObject changed = json(output -> output.changed(left, "removed"));
    assertThat(changed.get("changed").getAsBoolean()).isTrue();
    assertThat(changed.get("seq").getAsLong()).isEqualTo(9);
  }

  @Test
  void aChangeOfAGroupMadeBeforeIsToldAsSuch() {
    GroupChange again = new GroupChange(CONVERSATION, 9, List.of("bob"), true);
    assertThat(printed(false, output -> output.changed(again, "added")))
        .contains("added bob (it had been done before)");
    assertThat(printed(false, output -> output.created(again, "trip", List.of("bob"))))
        .contains("done before");
    JsonObject changed = json(output -> output.changed(again, "added"));
    assertThat(changed.get("duplicate").getAsBoolean()).isTrue();
    assertThat(changed.get("changed").getAsBoolean()).isTrue();
  }

  @Test
  void whatArrivesTellsOfWhichConversationItIs() {
    ConversationId direct = new ConversationId("800102030405060708090a0b0c0d0e0f");
    Message inGroup = new Message(CONVERSATION, 5, 4, "ann", ID, Instant.EPOCH, Content.text("hi"));
    Message alone = new Message(direct, 5, 4, "ann", ID, Instant.EPOCH, Content.text("hi"));
    assertThat(printed(false, output -> output.arrived(inGroup, "bob")))
        .startsWith("(" + CONVERSATION + ") #5");
    assertThat(printed(false, output -> output.arrived(alone, "ann"))).startsWith("(" + direct);
    assertThat(printed(false, output -> output.arrived(alone, "bob"))).startsWith("(ann) #5");
    assertThat(json(output -> output.arrived(alone, "bob")))
        .isEqualTo(json(output -> output.message(alone)));
  }

  @Test
  void whoLeavesReadsThatItLeft() {
    GroupChange left = new GroupChange(CONVERSATION, 9, List.of("bob"), false);
    assertThat(printed(false, output -> output.left(left))).contains("you left");
    assertThat(json(output -> output.left(left)).get("removed").toString()).isEqualTo("[\"bob\"]");
    GroupChange nothing = new GroupChange(CONVERSATION, 0, List.of(), false);
    assertThat(printed(false, output -> output.left(nothing))).contains("you were not a member");
    Content notice = new Content.Membership(List.of(), List.of("ann"));
    Message byItself = new Message(CONVERSATION, 5, 4, "ann", ID, Instant.EPOCH, notice);
    assertThat(Output.forPeople(byItself)).endsWith("ann: [left: ann]");
  }

  @Test
  void membersHaveNoNumber() {
    GroupChange list = new GroupChange(CONVERSATION, 0, List.of("ann", "bob"), false);
    assertThat(json(output -> output.members(list)).has("seq")).isFalse();
    assertThat(printed(false, output -> output.members(list))).contains("members ann, bob");
  }

  @Test
  void aNewGroupIsNamedById() {
    GroupChange created = new GroupChange(CONVERSATION, 1, List.of("bob"), false);
    assertThat(printed(false, output -> output.created(created, "friends", List.of("ann", "bob"))))
        .isEqualToIgnoringNewLines("created group " + CONVERSATION);
    assertThat(json(output -> output.created(created, "friends", List.of("ann", "bob"))))
        .isEqualTo(
            JsonParser.parseString(
                """
                {'conversation_id':'%s','seq':1,'title':'friends','members':['ann','bob'],
                 'duplicate':false}\
                """
                    .formatted(CONVERSATION.hex())));
  }

  @Test
  void theVersionIsTheLastLineOfASync() {
    assertThat(json(output -> output.version(17)).get("version").getAsLong()).isEqualTo(17);
    assertThat(printed(false, output -> output.version(17))).contains("version 17");
  }

  private static JsonObject json(Consumer<Output> said) {
    return JsonParser.parseString(printed(true, said)).getAsJsonObject();
  }

  private static String printed(boolean json, Consumer<Output> said) {
    StringWriter text = new StringWriter();
    said.accept(new Output(new PrintWriter(text), json));
    return text.toString();
  }
}
