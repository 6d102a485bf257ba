package io.httpqueue.api;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import com.google.protobuf.DescriptorProtos.SourceCodeInfo.Location;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Makes a page of the contract: its methods, messages and enums with their comments. */
final class ApiPage {

  // The numbers of the fields of FileDescriptorProto and below, of which a location's path
  // consists.
  private static final int PACKAGE = 2;
  private static final int MESSAGE = 4;
  private static final int ENUM = 5;
  private static final int SERVICE = 6;
  private static final int CHILD = 2;

  private final StringBuilder page = new StringBuilder();
  private final Map<List<Integer>, String> comments = new HashMap<>();

  /** The text before the first file. */
  ApiPage(String head) {
    page.append(head);
  }

  @Override
  public String toString() {
    return page.toString();
  }

  /** Adds what a file holds. */
  ApiPage add(FileDescriptorProto file) {
    comments.clear();
    for (Location location : file.getSourceCodeInfo().getLocationList()) {
      if (location.hasLeadingComments()) {
        comments.put(location.getPathList(), location.getLeadingComments());
      }
    }
    String name = file.getName().substring(file.getName().lastIndexOf('/') + 1);
    page.append("\n## %s\n\n%s".formatted(name, paragraphs(PACKAGE)));
    for (int i = 0; i < file.getServiceCount(); i++) {
      add(file.getService(i), i);
    }
    for (int i = 0; i < file.getMessageTypeCount(); i++) {
      add(file.getMessageType(i), i);
    }
    for (int i = 0; i < file.getEnumTypeCount(); i++) {
      add(file.getEnumType(i), i);
    }
    return this;
  }

  private void add(ServiceDescriptorProto service, int index) {
    page.append("\n%s".formatted(paragraphs(SERVICE, index)));
    page.append("\n| method | request | answer | |\n|---|---|---|---|\n");
    for (int i = 0; i < service.getMethodCount(); i++) {
      MethodDescriptorProto method = service.getMethod(i);
      page.append(
          "| `%s` | %s | %s | %s |\n"
              .formatted(
                  method.getName(),
                  streamed(method.getClientStreaming(), method.getInputType()),
                  streamed(method.getServerStreaming(), method.getOutputType()),
                  cell(SERVICE, index, CHILD, i)));
    }
  }

  private static String streamed(boolean streamed, String type) {
    return (streamed ? "stream of " : "") + link(type);
  }

  private void add(DescriptorProto message, int index) {
    page.append("\n### %s\n\n%s".formatted(message.getName(), paragraphs(MESSAGE, index)));
    if (message.getFieldCount() == 0) {
      return;
    }
    page.append("\n| field | | type | |\n|---|---|---|---|\n");
    for (int i = 0; i < message.getFieldCount(); i++) {
      FieldDescriptorProto field = message.getField(i);
      page.append(
          "| `%s` | %d | %s | %s |\n"
              .formatted(
                  field.getName(),
                  field.getNumber(),
                  type(message, field),
                  cell(MESSAGE, index, CHILD, i)));
    }
  }

  private static String type(DescriptorProto message, FieldDescriptorProto field) {
    for (DescriptorProto nested : message.getNestedTypeList()) {
      if (nested.getOptions().getMapEntry()
          && field.getTypeName().endsWith('.' + message.getName() + '.' + nested.getName())) {
        return "map of %s to %s".formatted(scalar(nested.getField(0)), scalar(nested.getField(1)));
      }
    }
    String type = field.hasTypeName() ? link(field.getTypeName()) : scalar(field);
    boolean repeated = field.getLabel() == FieldDescriptorProto.Label.LABEL_REPEATED;
    boolean oneOf = field.hasOneofIndex() && !field.getProto3Optional();
    return (repeated ? "repeated " : field.getProto3Optional() ? "optional " : "")
        + type
        + (oneOf
            ? " (one of `%s`)".formatted(message.getOneofDecl(field.getOneofIndex()).getName())
            : "");
  }

  private void add(EnumDescriptorProto type, int index) {
    page.append("\n### %s\n\n%s".formatted(type.getName(), paragraphs(ENUM, index)));
    page.append("\n| value | | |\n|---|---|---|\n");
    for (int i = 0; i < type.getValueCount(); i++) {
      page.append(
          "| `%s` | %d | %s |\n"
              .formatted(
                  type.getValue(i).getName(),
                  type.getValue(i).getNumber(),
                  cell(ENUM, index, CHILD, i)));
    }
  }

  private static String scalar(FieldDescriptorProto field) {
    return field.getType().name().substring("TYPE_".length()).toLowerCase(Locale.ROOT);
  }

  private static String link(String type) {
    String name = type.substring(type.lastIndexOf('.') + 1);
    return type.startsWith(".httpqueue.")
        ? "[%s](#%s)".formatted(name, name.toLowerCase(Locale.ROOT))
        : type.substring(1);
  }

  private String paragraphs(Integer... path) {
    return comment(path).lines().map(String::strip).reduce("", (a, b) -> a + b + "\n");
  }

  private String cell(Integer... path) {
    return comment(path).replaceAll("\\s*\n\\s*", " ").strip().replace("|", "\\|");
  }

  private String comment(Integer... path) {
    String comment = comments.get(List.of(path));
    if (comment == null) {
      throw new IllegalStateException("no comment at " + List.of(path));
    }
    return comment;
  }
}
