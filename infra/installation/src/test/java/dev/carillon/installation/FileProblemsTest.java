package dev.carillon.installation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;

final class FileProblemsTest {
  @Test
  void everyProblemIsASentenceThatNamesTheFile() {
    assertThat(FileProblems.words(new AccessDeniedException("/a")))
        .startsWith("/a: permission denied");
    assertThat(FileProblems.words(new NoSuchFileException("/a"))).isEqualTo("/a: does not exist");
    assertThat(FileProblems.words(new FileAlreadyExistsException("/a")))
        .isEqualTo("/a: is a file (expected: a folder)");
    assertThat(FileProblems.words(new FileSystemException("/a", null, "Not a directory")))
        .isEqualTo("/a: Not a directory");
    assertThat(FileProblems.words(new IOException("No space left on device")))
        .isEqualTo("No space left on device");
  }
}
