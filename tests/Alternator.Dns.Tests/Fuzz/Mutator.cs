using Alternator.Dns.Tests.Support;

namespace Alternator.Dns.Tests.Fuzz;

/// <summary>Makes messages that are nearly right: valid ones that are cut, spliced, given other counts, pointers and lengths, or plain noise.</summary>
internal sealed class Mutator(int seed)
{
    private static readonly byte[][] Seeds =
    [
        TestQuery.Build("alternator.local"), TestQuery.Build("alternator.local", 33, ednsSize: 1232), TestQuery.Build("a.b.c.d.e.f.alternator.local", 28, ednsSize: 0),
        TestQuery.Build("ALTERNATOR.LOCAL", 255, @class: 255, ednsSize: 65535, dnssecOk: true), TestQuery.Build("", 2), TestQuery.Build("alternator.local", 6, ednsVersion: 200, ednsSize: 512),
        [.. TestQuery.Build("alternator.local", ednsSize: 1232)[..^2], 0, 12, 0, 10, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8],
    ];

    private readonly Random _random = new(seed);

    public byte[] Next()
    {
        List<byte> bytes = [.. Seeds[_random.Next(Seeds.Length)]];
        int changes = _random.Next(5);
        for (int i = 0; i < changes; i++)
            Change(bytes);
        return [.. bytes];
    }

    private void Change(List<byte> bytes)
    {
        int at = _random.Next(bytes.Count + 1);
        switch (_random.Next(9))
        {
            case 0 when at < bytes.Count: // another byte
                bytes[at] = (byte)_random.Next(256);
                break;
            case 1: // truncated
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            case 2 when bytes.Count > 12: // a giant or small count
                bytes[4 + _random.Next(8)] = (byte)(_random.Next(2) * 255);
                break;
            case 3 when at + 1 < bytes.Count: // a pointer: backwards, forwards, to itself
                bytes[at] = (byte)(0xC0 | _random.Next(2));
                bytes[at + 1] = (byte)(_random.Next(3) == 0 ? at : _random.Next(256));
                break;
            case 4: // something in between
                bytes.InsertRange(at, Noise(_random.Next(1, 40)));
                break;
            case 5: // another message behind it
                bytes.AddRange(Seeds[_random.Next(Seeds.Length)]);
                break;
            case 6 when bytes.Count > 3: // another opcode and flags
                bytes[2] = (byte)_random.Next(128);
                bytes[3] = (byte)_random.Next(256);
                break;
            case 7 when _random.Next(50) == 0: // large
                bytes.AddRange(Noise(_random.Next(3000)));
                break;
            case 8 when _random.Next(20) == 0: // noise alone
                bytes.Clear();
                bytes.AddRange(Noise(_random.Next(64)));
                break;
            default:
                if (bytes.Count > 0 && at < bytes.Count)
                    bytes[at] ^= (byte)(1 << _random.Next(8));
                break;
        }
    }

    private byte[] Noise(int length)
    {
        byte[] noise = new byte[length];
        _random.NextBytes(noise);
        return noise;
    }
}
