package dev.carillon.contracts;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumValueDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import com.google.protobuf.DescriptorProtos.SourceCodeInfo.Location;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/// What one contract breaks of the house rules, read from its descriptor and the comments in it.
final class ContractStyle {
  private static final Pattern UNIT_SUFFIX =
      Pattern.compile(".*_(ns|nanos|us|micros|ms|millis|sec|secs|seconds|minutes|hours|days)");

  private final FileDescriptorProto file;
  private final Set<List<Integer>> commented = new HashSet<>();
  private final List<String> problems = new ArrayList<>();

  private ContractStyle(FileDescriptorProto file) {
    this.file = file;
    for (Location location : file.getSourceCodeInfo().getLocationList()) {
      if (!location.getLeadingComments().isBlank() || !location.getTrailingComments().isBlank()) {
        commented.add(location.getPathList());
      }
    }
  }

  /// One line for each broken rule, in the order of the file.
  static List<String> problems(FileDescriptorProto file) {
    ContractStyle style = new ContractStyle(file);
    style.checkFile();
    return List.copyOf(style.problems);
  }

  private void checkFile() {
    String folder = file.getName().substring(0, Math.max(0, file.getName().lastIndexOf('/')));
    require(
        folder.equals(file.getPackage().replace('.', '/')),
        "package: " + file.getPackage() + " (expected: the folder, " + folder + ")");
    require(
        file.getPackage().matches("carillon\\.[a-z]+\\.v[0-9]+"),
        "package: " + file.getPackage() + " (expected: carillon.<service>.v<number>)");
    String javaPackage = file.getOptions().getJavaPackage();
    require(
        javaPackage.equals("dev." + file.getPackage()),
        "java_package: " + javaPackage + " (expected: dev." + file.getPackage() + ")");
    require(
        file.getOptions().getJavaMultipleFiles(), "java_multiple_files: false (expected: true)");
    require(
        file.getServiceCount() <= 1,
        "services: " + file.getServiceCount() + " (expected: one a file)");
    for (int i = 0; i < file.getServiceCount(); i++) {
      check(file.getService(i), path(List.of(), FileDescriptorProto.SERVICE_FIELD_NUMBER, i));
    }
    for (int i = 0; i < file.getMessageTypeCount(); i++) {
      check(
          file.getMessageType(i),
          path(List.of(), FileDescriptorProto.MESSAGE_TYPE_FIELD_NUMBER, i));
    }
    for (int i = 0; i < file.getEnumTypeCount(); i++) {
      check(file.getEnumType(i), path(List.of(), FileDescriptorProto.ENUM_TYPE_FIELD_NUMBER, i));
    }
  }

  private void check(ServiceDescriptorProto service, List<Integer> path) {
    requireComment(path, service.getName());
    String expected = underscored(service.getName()) + ".proto";
    require(
        file.getName().endsWith("/" + expected),
        service.getName() + " (expected: in a file of its name, " + expected + ")");
    for (int i = 0; i < service.getMethodCount(); i++) {
      MethodDescriptorProto rpc = service.getMethod(i);
      String name = service.getName() + "." + rpc.getName();
      requireComment(path(path, ServiceDescriptorProto.METHOD_FIELD_NUMBER, i), name);
      checkType(name, rpc.getInputType(), rpc.getName() + "Request", rpc.getClientStreaming());
      checkType(name, rpc.getOutputType(), rpc.getName() + "Response", rpc.getServerStreaming());
    }
  }

  /// A stream carries frames, which may have a name of their own; they still belong to its package.
  private void checkType(String rpc, String type, String own, boolean stream) {
    String packagePrefix = "." + file.getPackage() + ".";
    boolean good = stream ? type.startsWith(packagePrefix) : type.equals(packagePrefix + own);
    require(
        good,
        rpc + " uses " + type + " (expected: " + (stream ? "a frame of its package" : own) + ")");
  }

  private void check(DescriptorProto message, List<Integer> path) {
    if (message.getOptions().getMapEntry()) {
      return;
    }
    requireComment(path, message.getName());
    for (int i = 0; i < message.getFieldCount(); i++) {
      FieldDescriptorProto field = message.getField(i);
      String name = message.getName() + "." + field.getName();
      requireComment(path(path, DescriptorProto.FIELD_FIELD_NUMBER, i), name);
      require(
          !UNIT_SUFFIX.matcher(field.getName()).matches(),
          name + " (expected: a Timestamp or Duration, not a unit in the name)");
    }
    for (int i = 0; i < message.getOneofDeclCount(); i++) {
      if (!isSynthetic(message, i)) {
        requireComment(
            path(path, DescriptorProto.ONEOF_DECL_FIELD_NUMBER, i),
            message.getName() + "." + message.getOneofDecl(i).getName());
      }
    }
    for (int i = 0; i < message.getNestedTypeCount(); i++) {
      check(message.getNestedType(i), path(path, DescriptorProto.NESTED_TYPE_FIELD_NUMBER, i));
    }
    for (int i = 0; i < message.getEnumTypeCount(); i++) {
      check(message.getEnumType(i), path(path, DescriptorProto.ENUM_TYPE_FIELD_NUMBER, i));
    }
  }

  /// An `optional` scalar of proto3 is a oneof that nobody wrote.
  private static boolean isSynthetic(DescriptorProto message, int oneof) {
    return message.getFieldList().stream()
        .anyMatch(field ->
            field.hasOneofIndex() && field.getOneofIndex() == oneof && field.getProto3Optional());
  }

  private void check(EnumDescriptorProto type, List<Integer> path) {
    requireComment(path, type.getName());
    String prefix = underscored(type.getName()).toUpperCase(Locale.ROOT) + "_";
    for (int i = 0; i < type.getValueCount(); i++) {
      EnumValueDescriptorProto value = type.getValue(i);
      String name = type.getName() + "." + value.getName();
      requireComment(path(path, EnumDescriptorProto.VALUE_FIELD_NUMBER, i), name);
      require(
          value.getName().startsWith(prefix), name + " (expected: to begin with " + prefix + ")");
      require(
          value.getNumber() != 0 || value.getName().equals(prefix + "UNSPECIFIED"),
          name + " = 0 (expected: " + prefix + "UNSPECIFIED)");
    }
  }

  private static String underscored(String name) {
    return name.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
  }

  private static List<Integer> path(List<Integer> parent, int field, int index) {
    List<Integer> path = new ArrayList<>(parent);
    path.add(field);
    path.add(index);
    return path;
  }

  private void requireComment(List<Integer> path, String name) {
    require(commented.contains(path), name + " has no comment");
  }

  private void require(boolean holds, String problem) {
    if (!holds) {
      problems.add(file.getName() + ": " + problem);
    }
  }
}
