package dev.carillon.check.property;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.check.history.History;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PropertyTest {
  private static final int HISTORIES = 100;

  static List<Property> all() {
    return Property.all();
  }

  @ParameterizedTest
  @MethodSource("all")
  void findsNothingInHistoriesOfACorrectSystem(Property property) {
    for (long seed = 0; seed < HISTORIES; seed++) {
      History history = new CorrectSystem(seed).run();

      assertThat(property.check(history)).as("%s, seed %d", property.name(), seed).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void findsNothingWhereNothingHappened(Property property) {
    assertThat(property.check(new Story().history())).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("all")
  void isNamedForPeople(Property property) {
    assertThat(property.name()).isNotBlank();
    assertThat(property.promise()).endsWith(".");
  }
}
