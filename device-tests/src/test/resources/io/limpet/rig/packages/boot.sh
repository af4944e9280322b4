# Boots the systemd of this machine, in namespaces of its own, on a copy of this system that takes what is written and
# forgets it. What could be seen outside (kernel settings, modules, devices) it may not change, or is not told to.
#   sh -c "$(cat boot.sh)" boot.sh GROUP FOLDER      GROUP names its control groups, FOLDER is empty
set -e
group=$1
folder=$2

# One tree of control groups, or one for each controller as older machines have it.
for tree in /sys/fs/cgroup /sys/fs/cgroup/systemd /sys/fs/cgroup/unified /sys/fs/cgroup/memory /sys/fs/cgroup/pids \
  /sys/fs/cgroup/devices; do
  if [ -f "$tree/cgroup.procs" ]; then
    mkdir "$tree/$group"
    echo $$ > "$tree/$group/cgroup.procs"
  fi
done

exec unshare --mount --propagation private --pid --fork --kill-child --net --uts --ipc --cgroup sh -c '
set -e
mount -t tmpfs tmpfs "$1"
cd "$1"
mkdir upper work root
mount -t overlay -o "lowerdir=/,upperdir=upper,workdir=work" overlay root
cd root
mount -t proc proc proc
mount --bind proc/sys/net run
mount --bind proc/sys proc/sys
mount -o remount,bind,ro proc/sys
mount --move run proc/sys/net
mount -t sysfs -o ro sysfs sys
mount -t tmpfs -o mode=755 tmpfs run
mount -t tmpfs tmpfs tmp
mount -t tmpfs -o mode=755 tmpfs dev
mkdir dev/pts dev/shm
mount -t devpts -o newinstance,ptmxmode=666 devpts dev/pts
mount -t tmpfs tmpfs dev/shm
for device in null zero full random urandom tty; do
  : > "dev/$device"
  mount --bind "/dev/$device" "dev/$device"
done
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd

: > etc/machine-id
# Of all that is installed here, only what every system has.
rm -rf etc/systemd/system/*.wants etc/systemd/user/*.wants
for unit in systemd-udevd.service systemd-udev-trigger.service systemd-sysctl.service systemd-modules-load.service \
  systemd-random-seed.service systemd-timesyncd.service kmod-static-nodes.service dev-hugepages.mount dev-mqueue.mount \
  sys-kernel-debug.mount sys-kernel-tracing.mount sys-kernel-config.mount sys-fs-fuse-connections.mount; do
  ln -sf /dev/null "etc/systemd/system/$unit"
done
printf "[Unit]\nRequires=basic.target\nWants=dbus.socket systemd-logind.service\n" > etc/systemd/system/here.target
ip link set lo up
ip link add mesh0 type veth peer name other
ip link set mesh0 up
ip link set other up
pivot_root . mnt
umount -l mnt
exec env -i container=test PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd --unit=here.target --log-target=console
' boot.sh "$folder"
