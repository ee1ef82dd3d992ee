/* A stand-in for the invented vendor's library. Its "reader" is a folder, its tags are files named by their UIDs:
 * one byte DSFID, one byte AFI, then the memory. Removing a file takes the tag off the pad. */
#include "acmehf.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct reader { char folder[4096]; };

static FILE *tag_of(struct reader *reader, const unsigned char *uid, const char *mode) {
    char path[4200];
    int used = snprintf(path, sizeof path, "%s/", reader->folder);
    for (int i = 0; i < 8; i++) used += snprintf(path + used, sizeof path - used, "%02X", uid[i]);
    return fopen(path, mode);
}

static int is_there(struct reader *reader) {
    struct stat found;
    return stat(reader->folder, &found) == 0;
}

int acme_open(const char *port, void **reader) {
    struct reader *opened = malloc(sizeof *opened);
    snprintf(opened->folder, sizeof opened->folder, "%s", port);
    if (!is_there(opened)) { free(opened); return ACME_NO_READER; }
    *reader = opened;
    return ACME_OK;
}

void acme_close(void *reader) { free(reader); }

int acme_inventory(void *reader, unsigned char *uids, int limit) {
    DIR *folder = opendir(((struct reader *)reader)->folder);
    if (!folder) return ACME_NO_READER;
    int count = 0;
    for (struct dirent *entry; count < limit && (entry = readdir(folder));) {
        if (strlen(entry->d_name) != 16) continue;
        for (int i = 0; i < 8; i++) {
            unsigned byte;
            if (sscanf(entry->d_name + 2 * i, "%2x", &byte) == 1) uids[8 * count + i] = (unsigned char)byte;
        }
        count++;
    }
    closedir(folder);
    return count;
}

int acme_info(void *reader, const unsigned char *uid, unsigned char *dsfid, unsigned char *afi, int *blocks) {
    if (!is_there(reader)) return ACME_NO_READER;
    FILE *tag = tag_of(reader, uid, "rb");
    if (!tag) return ACME_NO_TAG;
    *dsfid = (unsigned char)fgetc(tag);
    *afi = (unsigned char)fgetc(tag);
    fseek(tag, 0, SEEK_END);
    *blocks = (int)(ftell(tag) - 2) / 4;
    fclose(tag);
    return ACME_OK;
}

int acme_read(void *reader, const unsigned char *uid, int first, int count, unsigned char *memory) {
    if (!is_there(reader)) return ACME_NO_READER;
    FILE *tag = tag_of(reader, uid, "rb");
    if (!tag) return ACME_NO_TAG;
    fseek(tag, 2 + 4 * first, SEEK_SET);
    size_t got = fread(memory, 4, (size_t)count, tag);
    fclose(tag);
    return got == (size_t)count ? ACME_OK : ACME_NO_TAG;
}

int acme_write_afi(void *reader, const unsigned char *uid, unsigned char afi) {
    if (!is_there(reader)) return ACME_NO_READER;
    FILE *tag = tag_of(reader, uid, "r+b");
    if (!tag) return ACME_NO_TAG;
    fseek(tag, 1, SEEK_SET);
    fputc(afi, tag);
    fclose(tag);
    return ACME_OK;
}
