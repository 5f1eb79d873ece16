/// Tests of reports.
@NullMarked
package dev.carillon.report;

import org.jspecify.annotations.NullMarked;
