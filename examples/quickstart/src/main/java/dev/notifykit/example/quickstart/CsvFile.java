package dev.notifykit.example.quickstart;

import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/** Reads the files that come with this example into records. */
final class CsvFile {
  private static final CsvMapper MAPPER =
      CsvMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(CsvParser.Feature.FAIL_ON_MISSING_HEADER_COLUMNS)
          .build();

  private CsvFile() {}

  /** Returns the rows of a CSV file (RFC 4180, UTF-8, with a header) beside this class's jar. */
  static <T> List<T> read(String name, Class<T> rowType) {
    try (InputStream in = CsvFile.class.getResourceAsStream("/" + name)) {
      if (in == null) {
        throw new FileNotFoundException(name + " is not on the class path");
      }
      MappingIterator<T> rows =
          MAPPER.readerFor(rowType).with(CsvSchema.emptySchema().withHeader()).readValues(in);
      return rows.readAll();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
