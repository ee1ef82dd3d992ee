/* The interface of an invented vendor's library, shaped like those that come with HF readers without a published wire
 * protocol: C calls that block, one handle, codes for errors. None of them may be made from two threads at once. */
#ifndef ACMEHF_H
#define ACMEHF_H

#define ACME_OK 0
#define ACME_NO_READER (-1) /* not plugged in, or gone */
#define ACME_NO_TAG (-2)    /* no such tag answers */

int acme_open(const char *port, void **reader);
void acme_close(void *reader);
/* Writes up to `limit` UIDs of 8 bytes, most significant first; returns how many, or an error. */
int acme_inventory(void *reader, unsigned char *uids, int limit);
/* Tag memory from block `first` on, 4 bytes a block. */
int acme_read(void *reader, const unsigned char *uid, int first, int count, unsigned char *memory);
int acme_info(void *reader, const unsigned char *uid, unsigned char *dsfid, unsigned char *afi, int *blocks);
int acme_write_afi(void *reader, const unsigned char *uid, unsigned char afi);

#endif
