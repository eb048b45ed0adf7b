using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Alternator.Dns.Serving;

/// <summary>
/// recvmmsg(2) and sendmmsg(2): several datagrams per system call. Their structures are laid out as C does it, which is the same for glibc and musl,
/// on 32 and on 64 bits; pointers are numbers here, to memory that the caller has pinned.
/// </summary>
internal static partial class LinuxMessages
{
    /// <summary>Return at once, with EAGAIN if there is nothing (MSG_DONTWAIT).</summary>
    public const int DontWait = 0x40;

    /// <summary>Wait for the first datagram only and take what else is there (MSG_WAITFORONE).</summary>
    public const int WaitForOne = 0x10000;

    [LibraryImport("libc", EntryPoint = "recvmmsg", SetLastError = true)]
    public static partial int Receive(SafeSocketHandle socket, ref MultipleMessage first, uint count, int flags, nint timeout);

    [LibraryImport("libc", EntryPoint = "sendmmsg", SetLastError = true)]
    public static partial int Send(SafeSocketHandle socket, ref MultipleMessage first, uint count, int flags);

    /// <summary>struct iovec.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Vector
    {
        public nint Base;
        public nuint Length;
    }

    /// <summary>struct msghdr.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Message
    {
        public nint Name;
        public uint NameLength;
        public nint Vectors;
        public nuint VectorCount;
        public nint Control;
        public nuint ControlLength;
        public int Flags;
    }

    /// <summary>struct mmsghdr.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct MultipleMessage
    {
        public Message Message;
        public uint Length;
    }
}
