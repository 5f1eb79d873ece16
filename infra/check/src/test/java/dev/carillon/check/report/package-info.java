/// Tests of the report.
@NullMarked
package dev.carillon.check.report;

import org.jspecify.annotations.NullMarked;
