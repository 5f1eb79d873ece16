/// The report of a run: figures, the verdict as text and JSON, and a page with charts.
@NullMarked
package dev.carillon.check.report;

import org.jspecify.annotations.NullMarked;
