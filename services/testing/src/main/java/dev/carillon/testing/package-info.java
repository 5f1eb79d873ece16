/// JUnit extensions that own real engines, and the fakes and builders that tests share.
@NullMarked
package dev.carillon.testing;

import org.jspecify.annotations.NullMarked;
