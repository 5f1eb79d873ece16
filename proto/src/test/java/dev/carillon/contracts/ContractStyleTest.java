package dev.carillon.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.SourceCodeInfo.Location;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The contracts keep the house rules, and each rule is seen to notice what breaks it.
final class ContractStyleTest {
  @Test
  void everyContractKeepsTheHouseRules() throws IOException {
    FileDescriptorSet all;
    try (InputStream in = Files.newInputStream(Path.of("target", "contracts.binpb"))) {
      all = FileDescriptorSet.parseFrom(in);
    }
    List<FileDescriptorProto> ours =
        all.getFileList().stream().filter(file -> file.getName().startsWith("carillon/")).toList();
    assertThat(ours).hasSizeGreaterThanOrEqualTo(5);
    assertThat(ours).allMatch(file -> file.getSourceCodeInfo().getLocationCount() > 0);
    assertThat(ours.stream().flatMap(file -> ContractStyle.problems(file).stream())).isEmpty();
  }

  @Test
  void acceptsAContractThatKeepsTheRules() {
    assertThat(ContractStyle.problems(bell().build())).isEmpty();
  }

  @Test
  void noticesAPackageThatIsNotTheFolder() {
    assertThat(
            ContractStyle.problems(bell().setName("carillon/clock/v1/bell_service.proto").build()))
        .containsExactly(
            "carillon/clock/v1/bell_service.proto: package: carillon.bell.v1 (expected: the folder,"
                + " carillon/clock/v1)");
  }

  @Test
  void noticesAJavaPackageOfAnotherName() {
    FileDescriptorProto.Builder file = bell();
    file.getOptionsBuilder().setJavaPackage("carillon.bell.v1");
    assertProblem(file, "java_package: carillon.bell.v1 (expected: dev.carillon.bell.v1)");
  }

  @Test
  void noticesWhatHasNoComment() {
    assertProblem(withoutComment(4, 0), "RingBellRequest has no comment");
    assertProblem(withoutComment(4, 0, 2, 0), "RingBellRequest.tone has no comment");
    assertProblem(withoutComment(5, 0), "BellTone has no comment");
    assertProblem(withoutComment(5, 0, 2, 1), "BellTone.BELL_TONE_LOW has no comment");
    assertProblem(withoutComment(6, 0), "BellService has no comment");
    assertProblem(withoutComment(6, 0, 2, 0), "BellService.RingBell has no comment");
  }

  @Test
  void noticesAUnitInAFieldName() {
    FileDescriptorProto.Builder file = bell();
    file.getMessageTypeBuilder(0).getFieldBuilder(0).setName("sent_at_ms");
    assertProblem(
        file,
        "RingBellRequest.sent_at_ms (expected: a Timestamp or Duration, not a unit in the name)");
  }

  @Test
  void noticesEnumValuesWithoutPrefixOrUnspecified() {
    FileDescriptorProto.Builder unprefixed = bell();
    unprefixed.getEnumTypeBuilder(0).getValueBuilder(1).setName("LOW");
    assertProblem(unprefixed, "BellTone.LOW (expected: to begin with BELL_TONE_)");
    FileDescriptorProto.Builder meaningful = bell();
    meaningful.getEnumTypeBuilder(0).getValueBuilder(0).setName("BELL_TONE_HIGH");
    assertProblem(meaningful, "BellTone.BELL_TONE_HIGH = 0 (expected: BELL_TONE_UNSPECIFIED)");
  }

  @Test
  void noticesAnRpcWithoutARequestAndResponseOfItsOwn() {
    FileDescriptorProto.Builder file = bell();
    file.getServiceBuilder(0).getMethodBuilder(0).setOutputType(".google.protobuf.Empty");
    assertProblem(
        file, "BellService.RingBell uses .google.protobuf.Empty (expected: RingBellResponse)");
  }

  @Test
  void noticesAServiceInAFileOfAnotherName() {
    FileDescriptorProto.Builder file = bell().setName("carillon/bell/v1/bells.proto");
    assertProblem(file, "BellService (expected: in a file of its name, bell_service.proto)");
  }

  private static void assertProblem(FileDescriptorProto.Builder file, String problem) {
    assertThat(ContractStyle.problems(file.build()))
        .containsExactly(file.getName() + ": " + problem);
  }

  private static FileDescriptorProto.Builder withoutComment(Integer... path) {
    FileDescriptorProto.Builder file = bell();
    for (Location.Builder location : file.getSourceCodeInfoBuilder().getLocationBuilderList()) {
      if (location.getPathList().equals(List.of(path))) {
        location.clearLeadingComments();
      }
    }
    return file;
  }

  /// A contract that keeps every rule.
  private static FileDescriptorProto.Builder bell() {
    FileDescriptorProto.Builder file = FileDescriptorProto.newBuilder();
    file.setName("carillon/bell/v1/bell_service.proto").setPackage("carillon.bell.v1");
    file.getOptionsBuilder().setJavaPackage("dev.carillon.bell.v1").setJavaMultipleFiles(true);
    FieldDescriptorProto.Builder tone = FieldDescriptorProto.newBuilder().setName("tone");
    file.addMessageTypeBuilder().setName("RingBellRequest").addField(tone);
    file.addMessageTypeBuilder().setName("RingBellResponse");
    EnumDescriptorProto.Builder tones = file.addEnumTypeBuilder().setName("BellTone");
    tones.addValueBuilder().setName("BELL_TONE_UNSPECIFIED").setNumber(0);
    tones.addValueBuilder().setName("BELL_TONE_LOW").setNumber(1);
    file.addServiceBuilder()
        .setName("BellService")
        .addMethodBuilder()
        .setName("RingBell")
        .setInputType(".carillon.bell.v1.RingBellRequest")
        .setOutputType(".carillon.bell.v1.RingBellResponse");
    for (String path :
        List.of("4 0", "4 0 2 0", "4 1", "5 0", "5 0 2 0", "5 0 2 1", "6 0", "6 0 2 0")) {
      Location.Builder location = file.getSourceCodeInfoBuilder().addLocationBuilder();
      Pattern.compile(" ").splitAsStream(path).map(Integer::valueOf).forEach(location::addPath);
      location.setLeadingComments("It rings.");
    }
    return file;
  }
}
