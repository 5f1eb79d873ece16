/// Defects put on purpose into running services, each of which the checker has to find.
@NullMarked
package dev.carillon.check.defect;

import org.jspecify.annotations.NullMarked;
