using System.Runtime.InteropServices;

namespace Alternator.Dns.Serving;

/// <summary>
/// The control message in which Linux tells the address that a datagram was sent to (IP_PKTINFO, IPV6_PKTINFO; ip(7), ipv6(7)), and which, sent back with the
/// answer, has it leave from there. A <c>struct cmsghdr</c> with an <c>in_pktinfo</c> or <c>in6_pktinfo</c> behind it.
/// </summary>
internal static class LinuxPacketInfo
{
    /// <summary>Bytes for one control message, the longer kind with the alignment of 64 bits: CMSG_SPACE(sizeof(struct in6_pktinfo)).</summary>
    public const int Room = 40;

    private const int V4Level = 0, V4Type = 8, V4Size = 12; // IPPROTO_IP, IP_PKTINFO
    private const int V6Level = 41, V6Type = 50, V6Size = 20; // IPPROTO_IPV6, IPV6_PKTINFO

    private static int Header => IntPtr.Size + 8;

    /// <summary>Makes of what came with a datagram what is to be sent with its answer.</summary>
    /// <returns>Its length; 0 leaves the choice of the address to the kernel.</returns>
    public static int ToAnswerFrom(Span<byte> control)
    {
        if (control.Length < Header)
            return 0;

        int length = (int)MemoryMarshal.Read<nint>(control);
        int level = MemoryMarshal.Read<int>(control[IntPtr.Size..]), type = MemoryMarshal.Read<int>(control[(IntPtr.Size + 4)..]);
        Span<byte> data = control[Header..];
        if ((level, type) is (V4Level, V4Type) && length == Header + V4Size && data.Length >= V4Size)
        {
            // The interface is left to the routes. The second field is the machine's own address, also for a broadcast; 0 if the kernel wasn't asked in time.
            data[..4].Clear();
            return MemoryMarshal.Read<int>(data[4..]) == 0 ? 0 : control.Length;
        }

        if ((level, type) is (V6Level, V6Type) && length == Header + V6Size && data.Length >= V6Size && data[0] != 0xFF)
        {
            // A link-local address means nothing without its interface.
            if (data[0] != 0xFE)
                data[16..20].Clear();
            return control.Length;
        }

        return 0;
    }
}
