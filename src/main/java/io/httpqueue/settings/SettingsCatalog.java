package io.httpqueue.settings;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.YamlPropertiesFactoryBean;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.type.filter.AnnotationTypeFilter;
import org.springframework.util.ClassUtils;

/**
 * Every setting that the code has.
 *
 * @param settings in the order of their properties
 * @param withoutRecord properties below {@code httpqueue} in {@code application.yaml} that no
 *     settings record has
 * @param withoutDefault those of the settings records that stand not in {@code application.yaml}
 */
record SettingsCatalog(
    List<Setting> settings, Set<String> withoutRecord, Set<String> withoutDefault) {

  private static final String ROOT = "io.httpqueue";

  /** To read every class of ours for its annotations takes a twentieth of a start. */
  private static final String OWNERS = "**/*Settings.class";

  static final String YAML = "application.yaml";
  static final String PREFIX = "httpqueue.";

  /** Finds them on the class path. */
  static SettingsCatalog find() {
    Map<Object, Object> yaml = yaml();
    List<Setting> settings = new ArrayList<>();
    Set<String> withoutDefault = new TreeSet<>();
    for (Class<?> owner : findOwners()) {
      String prefix = owner.getAnnotation(ConfigurationProperties.class).value();
      for (RecordComponent component : owner.getRecordComponents()) {
        String property = prefix + '.' + kebab(component.getName());
        Object value = yaml.get(property);
        if (value == null) {
          withoutDefault.add(property);
        }
        settings.add(Setting.of(property, value == null ? "" : value.toString(), owner, component));
      }
    }
    settings.sort(Comparator.comparing(Setting::property));
    Set<String> withoutRecord = new TreeSet<>();
    yaml.keySet().stream()
        .map(Object::toString)
        .filter(property -> property.startsWith(PREFIX))
        .forEach(withoutRecord::add);
    settings.forEach(setting -> withoutRecord.remove(setting.property()));
    return new SettingsCatalog(List.copyOf(settings), withoutRecord, withoutDefault);
  }

  Optional<Setting> byVariable(String variable) {
    return settings.stream().filter(setting -> setting.variable().equals(variable)).findFirst();
  }

  /** The settings records. */
  Set<Class<?>> owners() {
    return settings.stream()
        .<Class<?>>map(Setting::owner)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private static Map<Object, Object> yaml() {
    YamlPropertiesFactoryBean yaml = new YamlPropertiesFactoryBean();
    yaml.setResources(new ClassPathResource(YAML));
    return Optional.<Map<Object, Object>>ofNullable(yaml.getObject()).orElse(Map.of());
  }

  private static List<Class<?>> findOwners() {
    ClassPathScanningCandidateComponentProvider scanner =
        new ClassPathScanningCandidateComponentProvider(false);
    scanner.setResourcePattern(OWNERS);
    scanner.addIncludeFilter(new AnnotationTypeFilter(ConfigurationProperties.class));
    List<Class<?>> owners = new ArrayList<>();
    for (BeanDefinition found : scanner.findCandidateComponents(ROOT)) {
      owners.add(
          ClassUtils.resolveClassName(
              String.valueOf(found.getBeanClassName()), SettingsCatalog.class.getClassLoader()));
    }
    return owners;
  }

  private static String kebab(String name) {
    return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
  }
}
