using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace Alternator.Dns.Tests.Support;

/// <summary>Builds queries byte by byte, without the code under test.</summary>
internal static class TestQuery
{
    public static byte[] Build(
        string name, ushort type = 1, ushort @class = 1, ushort id = 0x1234, ushort flags = 0x0100,
        int? ednsSize = null, byte ednsVersion = 0, bool dnssecOk = false)
    {
        var bytes = new List<byte>();
        Add16(bytes, id);
        Add16(bytes, flags);
        Add16(bytes, 1);
        Add16(bytes, 0);
        Add16(bytes, 0);
        Add16(bytes, (ushort)(ednsSize is null ? 0 : 1));
        bytes.AddRange(Name(name));
        Add16(bytes, type);
        Add16(bytes, @class);
        if (ednsSize is { } size)
            bytes.AddRange([0, 0, 41, (byte)(size >> 8), (byte)size, 0, ednsVersion, (byte)(dnssecOk ? 0x80 : 0), 0, 0, 0]);
        return [.. bytes];
    }

    public static byte[] Name(string name)
    {
        var bytes = new List<byte>();
        foreach (string label in name.Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            bytes.Add((byte)label.Length);
            bytes.AddRange(Encoding.ASCII.GetBytes(label));
        }

        bytes.Add(0);
        return [.. bytes];
    }

    private static void Add16(List<byte> bytes, ushort value)
    {
        bytes.Add((byte)(value >> 8));
        bytes.Add((byte)value);
    }
}

internal sealed record TestRecord(string Name, ushort Type, ushort Class, uint Ttl, byte[] Data, string Text);

/// <summary>Reads responses with a reader of its own, so that a mistake of the code under test isn't repeated here.</summary>
internal sealed class TestResponse
{
    private readonly byte[] _bytes;

    public TestResponse(ReadOnlySpan<byte> bytes)
    {
        _bytes = bytes.ToArray();
        Id = U16(0);
        Flags = U16(2);
        int position = 12;
        for (int i = 0; i < U16(4); i++)
        {
            QuestionName = ReadName(ref position);
            QuestionType = U16(position);
            position += 4;
        }

        Answers = ReadSection(U16(6), ref position);
        Authorities = ReadSection(U16(8), ref position);
        List<TestRecord> additionals = ReadSection(U16(10), ref position);
        Opt = additionals.SingleOrDefault(record => record.Type == 41);
        Additionals = [.. additionals.Where(record => record.Type != 41)];
        Assert.Equal(_bytes.Length, position);
    }

    public ushort Id { get; }

    public ushort Flags { get; }

    public bool IsResponse => (Flags & 0x8000) != 0;

    public bool Authoritative => (Flags & 0x0400) != 0;

    public bool Truncated => (Flags & 0x0200) != 0;

    public bool RecursionAvailable => (Flags & 0x0080) != 0;

    public int Code => (Flags & 0xF) | (Opt is null ? 0 : (int)(Opt.Ttl >> 24) << 4);

    public string QuestionName { get; } = "";

    public int QuestionType { get; }

    public List<TestRecord> Answers { get; }

    public List<TestRecord> Authorities { get; }

    public List<TestRecord> Additionals { get; }

    public TestRecord? Opt { get; }

    public int Length => _bytes.Length;

    /// <summary>The RFC 8914 code, or null.</summary>
    public int? ExtendedError => Opt is { Data.Length: >= 6 } opt ? opt.Data[4] << 8 | opt.Data[5] : null;

    public IEnumerable<string> Texts => Answers.Select(record => record.Text);

    private List<TestRecord> ReadSection(int count, ref int position)
    {
        var records = new List<TestRecord>();
        for (int i = 0; i < count; i++)
        {
            string name = ReadName(ref position);
            ushort type = U16(position);
            ushort @class = U16(position + 2);
            uint ttl = BinaryPrimitives.ReadUInt32BigEndian(_bytes.AsSpan(position + 4));
            int length = U16(position + 8);
            position += 10;
            byte[] data = _bytes[position..(position + length)];
            records.Add(new TestRecord(name, type, @class, ttl, data, Text(type, position, data)));
            position += length;
        }

        return records;
    }

    private string Text(ushort type, int position, byte[] data)
    {
        switch (type)
        {
            case 1 or 28:
                return new IPAddress(data).ToString();
            case 2:
                return ReadName(ref position);
            case 33:
                int target = position + 6;
                return $"{U16(position)} {U16(position + 2)} {U16(position + 4)} {ReadName(ref target)}";
            case 6:
                return $"{ReadName(ref position)} {ReadName(ref position)}";
            default:
                return Convert.ToHexString(data);
        }
    }

    private string ReadName(ref int position)
    {
        var labels = new List<string>();
        int after = -1, hops = 0;
        while (true)
        {
            int length = _bytes[position];
            if (length >= 0xC0)
            {
                Assert.True(++hops < 20, "pointers loop");
                if (after < 0)
                    after = position + 2;
                position = U16(position) & 0x3FFF;
                continue;
            }

            position++;
            if (length == 0)
                break;
            labels.Add(Encoding.ASCII.GetString(_bytes, position, length));
            position += length;
        }

        if (after >= 0)
            position = after;
        return string.Join('.', labels);
    }

    private ushort U16(int position) => BinaryPrimitives.ReadUInt16BigEndian(_bytes.AsSpan(position));
}
