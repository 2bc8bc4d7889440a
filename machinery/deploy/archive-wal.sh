#!/bin/sh
# archive_command of PostgreSQL: archive-wal.sh FOLDER %p %f
# A segment is in its place whole or not at all; one that is there already is never replaced.
set -eu
folder=$1 segment=$2 name=$3
goal=$folder/$name
if [ -e "$goal" ]; then
    cmp -s "$segment" "$goal"
    exit
fi
draft=$folder/.$name.$$
trap 'rm -f "$draft"' EXIT
cp "$segment" "$draft"
sync "$draft"
mv "$draft" "$goal"
sync "$folder"
