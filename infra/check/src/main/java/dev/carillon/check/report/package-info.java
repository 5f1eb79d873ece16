/// What is told of a run: numbers, the verdict in words and JSON, and a page with pictures.
@NullMarked
package dev.carillon.check.report;

import org.jspecify.annotations.NullMarked;
