/// What reports are made of: tables, numbers, where results come from, and pages with charts.
@NullMarked
package dev.carillon.report;

import org.jspecify.annotations.NullMarked;
