package dev.notifykit.internal;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An immutable map of a few names, in the order they were given. Names and values stand side by
 * side in one array that is searched from its beginning: half of the memory of a hash table, which
 * counts where each notification that waits has one, and for so few no slower. Thread-safe.
 */
public final class SmallMap<V> extends AbstractMap<String, V> {
  /** More are kept in a hash table. */
  static final int MOST = 12;

  private final Object[] pairs;

  private SmallMap(Object[] pairs) {
    this.pairs = pairs;
  }

  @Override
  public @Nullable V get(@Nullable Object name) {
    int at = indexOf(pairs, pairs.length, name);
    return at < 0 ? null : value(at);
  }

  @Override
  public boolean containsKey(@Nullable Object name) {
    return indexOf(pairs, pairs.length, name) >= 0;
  }

  @Override
  public int size() {
    return pairs.length / 2;
  }

  /** Names are mostly literals and templates' interned ones: the same, not only equal. */
  private static int indexOf(@Nullable Object[] pairs, int length, @Nullable Object name) {
    for (int i = 0; i < length; i += 2) {
      if (pairs[i] == name) {
        return i;
      }
    }
    for (int i = 0; i < length; i += 2) {
      if (name != null && name.equals(pairs[i])) {
        return i;
      }
    }
    return -1;
  }

  @SuppressWarnings("unchecked") // only values stand there
  private V value(int at) {
    return (V) pairs[at + 1];
  }

  @Override
  public Set<Entry<String, V>> entrySet() {
    return new AbstractSet<>() {
      @Override
      public Iterator<Entry<String, V>> iterator() {
        return new Entries();
      }

      @Override
      public int size() {
        return SmallMap.this.size();
      }
    };
  }

  private final class Entries implements Iterator<Entry<String, V>> {
    private int at;

    @Override
    public boolean hasNext() {
      return at < pairs.length;
    }

    @Override
    public Entry<String, V> next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      Entry<String, V> entry = Map.entry((String) pairs[at], value(at));
      at += 2;
      return entry;
    }
  }

  /** Collects names and values. Not thread-safe. */
  public static final class Builder<V> {
    private @Nullable Object[] pairs = new Object[MOST];
    private int length;
    private @Nullable Map<String, V> many;

    /** Puts a value, in place of an earlier one of the same name. */
    public void put(String name, V value) {
      if (many != null) {
        many.put(name, value);
        return;
      }
      int at = indexOf(pairs, length, name);
      if (at >= 0) {
        pairs[at + 1] = value;
      } else if (length == 2 * MOST) {
        many = new LinkedHashMap<>(map());
        many.put(name, value);
      } else {
        append(name, value);
      }
    }

    private void append(String name, V value) {
      if (length == pairs.length) {
        pairs = Arrays.copyOf(pairs, 2 * MOST);
      }
      pairs[length++] = name;
      pairs[length++] = value;
    }

    /** Returns an immutable map of what was put so far. */
    public Map<String, V> build() {
      return many != null ? Map.copyOf(many) : length == 0 ? Map.of() : map();
    }

    @SuppressWarnings("NullAway") // as far as it is copied, no place is empty
    private SmallMap<V> map() {
      return new SmallMap<>(Arrays.copyOf(pairs, length));
    }
  }
}
