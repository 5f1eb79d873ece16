package dev.carillon.installation;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Objects;

/// Error texts about files and folders.
public final class FileProblems {
  private FileProblems() {}

  /// A sentence that names the file and what is wrong with it.
  public static String words(IOException failure) {
    return switch (failure) {
      case AccessDeniedException denied ->
          denied.getFile()
              + ": permission denied (expected: "
              + System.getProperty("user.name", "the user")
              + " can read and write it)";
      case NoSuchFileException absent -> absent.getFile() + ": does not exist";
      case FileAlreadyExistsException inTheWay ->
          inTheWay.getFile() + ": is a file (expected: a folder)";
      case NotDirectoryException file -> file.getFile() + ": is a file (expected: a folder)";
      case FileSystemException other ->
          other.getFile() + ": " + Objects.requireNonNullElse(other.getReason(), "cannot be used");
      default -> failure.getMessage() == null ? failure.toString() : failure.getMessage();
    };
  }

  /// The end of a command whose data folder cannot be used.
  public static CommandFailure unusable(Path data, IOException failure) {
    return new CommandFailure(
        ExitCodes.REFUSED, "the data folder " + data + " cannot be used: " + words(failure));
  }
}
