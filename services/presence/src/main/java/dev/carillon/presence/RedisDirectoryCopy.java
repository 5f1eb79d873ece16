package dev.carillon.presence;

import dev.carillon.runtime.redis.Redis;
import dev.carillon.runtime.redis.RedisException;
import dev.carillon.runtime.redis.Script;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.AbstractPipeline;

/// The directory's copy in Redis: one hash per slot and epoch, a field per device, and the empty
/// field as the mark of being whole. A string per slot names the epoch whose copy counts; it only
/// grows, by scripts, so a late write of an earlier owner goes to a copy that no instance reads.
///
/// Ids hold no control characters, so NUL separates them. A copy that no owner renews vanishes
/// after a day.
final class RedisDirectoryCopy implements DirectoryCopy {
  private static final String PREFIX = "carillon:presence:";
  private static final Script TAKE = Script.resource(RedisDirectoryCopy.class, "take_copy.lua");
  private static final Script PUBLISH =
      Script.resource(RedisDirectoryCopy.class, "publish_copy.lua");
  private static final String WHOLE = "";
  private static final String SEPARATOR = "\0";
  private static final long LIFETIME_SECONDS = 24 * 60 * 60;

  private final Redis redis;

  RedisDirectoryCopy(Redis redis) {
    this.redis = redis;
  }

  @Override
  public Optional<List<DeviceSession>> take(int slot, long epoch) {
    try {
      Map<String, String> hash = pairs(run(TAKE, slot, epoch));
      if (!hash.containsKey(WHOLE)) {
        return Optional.empty();
      }
      List<DeviceSession> sessions = new ArrayList<>(hash.size());
      hash.forEach((field, value) -> read(field, value).ifPresent(sessions::add));
      return Optional.of(sessions);
    } catch (RedisException away) {
      throw new CopyUnavailableException("slot " + slot + " was not read", away);
    }
  }

  private @Nullable Object run(Script script, int slot, long epoch) {
    return redis.eval(
        script,
        List.of(epochKey(slot)),
        List.of(Long.toString(epoch), copyPrefix(slot), Long.toString(LIFETIME_SECONDS)));
  }

  private static Map<String, String> pairs(@Nullable Object answer) {
    Map<String, String> pairs = new HashMap<>();
    if (answer instanceof List<?> flat) {
      for (int i = 0; i + 1 < flat.size(); i += 2) {
        pairs.put(String.valueOf(flat.get(i)), String.valueOf(flat.get(i + 1)));
      }
    }
    return pairs;
  }

  @Override
  public void apply(List<CopyChange> changes) {
    try {
      redis.pipeline(pipeline -> {
        changes.forEach(change -> apply(pipeline, change));
        // The name of the epoch too: without it the next owner does not find a renewed copy.
        changes.stream()
            .flatMap(change -> Stream.of(key(change), epochKey(change.slot())))
            .distinct()
            .forEach(key -> pipeline.expire(key, LIFETIME_SECONDS));
      });
    } catch (RedisException away) {
      throw new CopyUnavailableException(changes.size() + " changes were not written", away);
    }
  }

  private static void apply(AbstractPipeline pipeline, CopyChange change) {
    if (change.connected()) {
      pipeline.hset(key(change), field(change.session()), value(change.session()));
    } else {
      pipeline.hdel(key(change), field(change.session()));
    }
  }

  @Override
  public void replace(int slot, SlotContents contents) {
    Map<String, String> hash = new HashMap<>();
    contents.sessions().forEach(session -> hash.put(field(session), value(session)));
    if (contents.complete()) {
      hash.put(WHOLE, WHOLE);
    }
    String key = copyKey(slot, contents.epoch());
    try {
      redis.pipeline(pipeline -> {
        pipeline.del(key);
        if (!hash.isEmpty()) {
          pipeline.hset(key, hash);
          pipeline.expire(key, LIFETIME_SECONDS);
        }
      });
      run(PUBLISH, slot, contents.epoch());
    } catch (RedisException away) {
      throw new CopyUnavailableException("slot " + slot + " was not written", away);
    }
  }

  private static String key(CopyChange change) {
    return copyKey(change.slot(), change.epoch());
  }

  /// Where the copy lies that the owner of `epoch` writes.
  static String copyKey(int slot, long epoch) {
    return copyPrefix(slot) + epoch;
  }

  /// Where the epoch stands whose copy counts.
  static String epochKey(int slot) {
    return PREFIX + "epoch:{" + slot + "}";
  }

  private static String copyPrefix(int slot) {
    return PREFIX + "copy:{" + slot + "}:";
  }

  private static String field(DeviceSession session) {
    return session.userId() + SEPARATOR + session.deviceId();
  }

  private static String value(DeviceSession session) {
    return String.join(
        SEPARATOR,
        session.gatewayId(),
        Long.toString(session.sessionId()),
        Long.toString(session.connectionNumber()),
        Long.toString(session.connectedAtMicros()));
  }

  /// Empty for the mark, and for what another release may have written otherwise.
  private static Optional<DeviceSession> read(String field, String value) {
    String[] ids = field.split(SEPARATOR, -1);
    String[] parts = value.split(SEPARATOR, -1);
    if (ids.length != 2 || parts.length != 4) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new DeviceSession(
              ids[0],
              ids[1],
              parts[0],
              Long.parseLong(parts[1]),
              Long.parseLong(parts[2]),
              Long.parseLong(parts[3])));
    } catch (NumberFormatException foreign) {
      return Optional.empty();
    }
  }
}
