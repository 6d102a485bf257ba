package io.httpqueue.filter;

import java.util.AbstractList;
import java.util.List;
import java.util.RandomAccess;

/** An array of a payload, which knows how many values are in it at any depth. */
final class JsonList extends AbstractList<Object> implements RandomAccess {

  private final List<Object> elements;
  private final int weight;

  JsonList(List<Object> elements, int weight) {
    this.elements = elements;
    this.weight = weight;
  }

  int weight() {
    return weight;
  }

  @Override
  public Object get(int index) {
    return elements.get(index);
  }

  @Override
  public int size() {
    return elements.size();
  }
}
