/* Rust's standard library asks bcryptprimitives.dll for random bytes; Wine before 9 has no such library.
 * This is all of it that is asked for, over RtlGenRandom, which Wine has always had. For tests only. */
#include <windows.h>

BOOLEAN NTAPI SystemFunction036(void *bytes, ULONG length); /* RtlGenRandom's name in advapi32 */

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE bytes, SIZE_T length)
{
    while (length > 0) {
        ULONG some = length > 0x10000 ? 0x10000 : (ULONG)length;
        if (!SystemFunction036(bytes, some))
            return FALSE;
        bytes += some;
        length -= some;
    }
    return TRUE;
}
