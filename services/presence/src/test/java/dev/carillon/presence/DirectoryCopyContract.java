package dev.carillon.presence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.presence.DirectoryCopy.CopyChange;
import dev.carillon.presence.DirectoryCopy.SlotContents;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What every copy of the directory does.
abstract class DirectoryCopyContract {
  static final int SLOT = 7;
  static final DeviceSession PHONE = session("phone");
  static final DeviceSession LAPTOP = session("laptop");

  /// The copy under test, empty.
  abstract DirectoryCopy copy();

  @Test
  void theNextOwnerFindsWhatTheLastOneLeft() {
    copy().replace(SLOT, whole(5, PHONE));
    copy().apply(List.of(change(5, LAPTOP, true), change(5, PHONE, false)));

    assertThat(copy().take(SLOT, 6)).contains(List.of(LAPTOP));
  }

  @Test
  void aLateWriteOfAnEarlierOwnerDoesNotReachTheCopyOfALaterOne() {
    copy().replace(SLOT, whole(5, PHONE));
    assertThat(copy().take(SLOT, 6)).contains(List.of(PHONE));
    copy().replace(SLOT, whole(6, PHONE));

    copy().apply(List.of(change(5, LAPTOP, true), change(5, PHONE, false)));
    copy().replace(SLOT, whole(5, LAPTOP));

    assertThat(copy().take(SLOT, 7)).contains(List.of(PHONE));
  }

  @Test
  void aLateWriteOfAnEarlierOwnerDoesNotReachALaterOneThatHasWrittenNothingYet() {
    copy().replace(SLOT, whole(5, PHONE));
    assertThat(copy().take(SLOT, 6)).isPresent();

    copy().replace(SLOT, whole(5, LAPTOP));

    assertThat(copy().take(SLOT, 7)).isEmpty();
  }

  @Test
  void whatIsNotWholeIsNotTaken() {
    copy().replace(SLOT, new SlotContents(5, List.of(PHONE), false));
    assertThat(copy().take(SLOT, 6)).isEmpty();

    copy().apply(List.of(change(6, PHONE, true)));
    assertThat(copy().take(SLOT, 7)).isEmpty();
  }

  @Test
  void anOwnerWhoComesLateTakesNothingFromALaterOne() {
    copy().replace(SLOT, whole(6, PHONE));

    assertThat(copy().take(SLOT, 5)).isEmpty();
    assertThat(copy().take(SLOT, 7)).contains(List.of(PHONE));
  }

  @Test
  void aCopyIsHandedOutOnce() {
    copy().replace(SLOT, whole(5, PHONE));

    assertThat(copy().take(SLOT, 6)).contains(List.of(PHONE));
    assertThat(copy().take(SLOT, 7)).isEmpty();
    assertThat(copy().take(SLOT + 1, 6)).isEmpty();
  }

  @Test
  void aNewCopyReplacesAllOfTheOld() {
    copy().replace(SLOT, whole(5, PHONE));
    copy().replace(SLOT, whole(5, LAPTOP));

    assertThat(copy().take(SLOT, 6)).contains(List.of(LAPTOP));
  }

  @Test
  void anEmptySlotIsWholeToo() {
    copy().replace(SLOT, whole(5));

    assertThat(copy().take(SLOT, 6)).contains(List.of());
  }

  static SlotContents whole(long epoch, DeviceSession... sessions) {
    return new SlotContents(epoch, List.of(sessions), true);
  }

  static CopyChange change(long epoch, DeviceSession session, boolean connected) {
    return new CopyChange(SLOT, epoch, session, connected);
  }

  static DeviceSession session(String device) {
    return new DeviceSession("ann", device, "gw-1", 3, -1, 1_000);
  }
}
