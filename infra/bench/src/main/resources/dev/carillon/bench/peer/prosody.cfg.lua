-- What prosody is measured with: every message archived in MariaDB. The bench fills in what stands between @.
run_as_root = true
data_path = "@FOLDER@"
plugin_paths = {}
log = { { levels = { min = "warn" }, to = "console" } }
interfaces = { "127.0.0.1" }
c2s_ports = { @PORT@ }
network_settings = { tcp_backlog = 4096 }
c2s_require_encryption = false
allow_unencrypted_plain_auth = true
authentication = "internal_plain"
storage = "sql"
sql = {
  driver = "MySQL", host = "127.0.0.1", port = @SQL_PORT@, database = "@SQL_DATABASE@",
  username = "@SQL_USER@", password = "@SQL_PASSWORD@"
}
archive_expires_after = "never"
modules_enabled = { "posix", "roster", "saslauth", "disco", "ping", "mam", "carbons", "smacks" }
modules_disabled = { "s2s" }

VirtualHost "localhost"

Component "conference.localhost" "muc"
  modules_enabled = { "muc_mam" }
  muc_log_by_default = true
  muc_room_locking = false
  muc_room_default_public_jids = true
  muc_room_default_presence_broadcast = { visitor = false, participant = false, moderator = false }
