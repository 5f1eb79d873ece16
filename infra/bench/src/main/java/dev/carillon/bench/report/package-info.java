/// How results look: tables for people, JSON lines for programs, a picture.
@NullMarked
package dev.carillon.bench.report;

import org.jspecify.annotations.NullMarked;
