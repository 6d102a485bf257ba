import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/** Makes the table of docs/licences.md from the bill of materials that the build made. */
public final class Licences {

  private static final String BEGIN = "<!-- From here on made by build-tools/licences. -->\n";

  /** What a library may be under, by the names that libraries give. Others fail the build. */
  private static final Map<String, String> KNOWN = new LinkedHashMap<>();

  static {
    KNOWN.put("(?i).*apache.*2.*", "Apache-2.0");
    KNOWN.put("(?i)MIT(-0)?|The MIT License|Bouncy Castle Licence", "MIT");
    KNOWN.put("(?i).*BSD-2-Clause.*|.*BSD 2.*", "BSD-2-Clause");
    KNOWN.put("(?i).*BSD-3-Clause.*|.*BSD 3.*|.*new BSD.*|Go License", "BSD-3-Clause");
    KNOWN.put("(?i)0BSD", "0BSD");
    KNOWN.put("Commercial License", "a commercial one");
    KNOWN.put("(?i)CC0-1.0|Public Domain.*", "CC0-1.0");
    KNOWN.put("(?i)PostgreSQL.*", "PostgreSQL");
    KNOWN.put("(?i)EPL-2.0|.*Eclipse Public License.*2.0.*", "EPL-2.0");
    KNOWN.put("(?i)EPL-1.0|.*Eclipse Public License.*1.0.*", "EPL-1.0");
    KNOWN.put("(?i)EDL-1.0|.*Eclipse Distribution License.*", "BSD-3-Clause");
    KNOWN.put("(?i)LGPL-2.1.*|.*Lesser General Public License.*2.1.*", "LGPL-2.1");
    KNOWN.put("(?i)LGPL-3.0.*|.*Lesser General Public License.*(3|Version 3).*", "LGPL-3.0");
    KNOWN.put("(?i)GPL-2.0-with-classpath-exception|GPL2 w/ CPE", "GPL-2.0 with Classpath exception");
  }

  public static void main(String[] args) throws Exception {
    Path page = Path.of("docs/licences.md");
    String text = Files.readString(page);
    String wanted = text.substring(0, text.indexOf(BEGIN) + BEGIN.length()) + table();
    if (args.length > 0 && args[0].equals("--check")) {
      if (!text.equals(wanted)) {
        System.err.println("docs/licences.md is not up to date; make licences mends it");
        System.exit(1);
      }
    } else {
      Files.writeString(page, wanted);
    }
  }

  private static String table() throws Exception {
    Map<String, TreeSet<String>> byLicence = new TreeMap<>();
    List<String> unknown = new ArrayList<>();
    Element bom =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new File("target/classes/META-INF/sbom/application.cdx.xml"))
            .getDocumentElement();
    for (Element component : children(child(bom, "components"), "component")) {
      String library = text(component, "group") + ":" + text(component, "name");
      TreeSet<String> licences = new TreeSet<>();
      for (String name : names(component)) {
        licences.add(
            KNOWN.entrySet().stream()
                .filter(known -> name.matches(known.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElseGet(
                    () -> {
                      unknown.add(library + ": " + name);
                      return name;
                    }));
      }
      if (licences.isEmpty()) {
        unknown.add(library + ": none");
      }
      byLicence
          .computeIfAbsent(String.join(" or ", licences), key -> new TreeSet<>())
          .add(library + " " + text(component, "version"));
    }
    if (!unknown.isEmpty()) {
      System.err.println("Licences to look at, and to name in build-tools/Licences.java: " + unknown);
      System.exit(1);
    }
    StringBuilder table = new StringBuilder("\n| licence | libraries |\n|---|---|\n");
    byLicence.forEach(
        (licence, libraries) ->
            table.append("| %s | %s |%n".formatted(licence, String.join("<br>", libraries))));
    return table.toString();
  }

  private static List<String> names(Element component) {
    List<String> names = new ArrayList<>();
    Element licences = child(component, "licenses");
    if (licences != null) {
      for (Element licence : children(licences, "license")) {
        names.add(text(licence, "id").isEmpty() ? text(licence, "name") : text(licence, "id"));
      }
      for (Element expression : children(licences, "expression")) {
        names.add(expression.getTextContent().strip());
      }
    }
    return names;
  }

  private static String text(Element parent, String name) {
    Element child = child(parent, name);
    return child == null ? "" : child.getTextContent().strip();
  }

  private static Element child(Element parent, String name) {
    List<Element> found = children(parent, name);
    return found.isEmpty() ? null : found.getFirst();
  }

  private static List<Element> children(Element parent, String name) {
    List<Element> found = new ArrayList<>();
    NodeList nodes = parent.getChildNodes();
    for (int i = 0; i < nodes.getLength(); i++) {
      if (nodes.item(i).getNodeType() == Node.ELEMENT_NODE
          && nodes.item(i).getNodeName().equals(name)) {
        found.add((Element) nodes.item(i));
      }
    }
    return found;
  }
}
