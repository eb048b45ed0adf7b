using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Numerics;
using Alternator.Emulator.Engine;

namespace Alternator.Emulator.Values;

/// <summary>A number of the DynamoDB API: exact decimal, up to 38 significant digits, magnitude -130 to 125.</summary>
/// <remarks>
/// The value is coefficient times ten to the exponent, the coefficient without trailing zeros, so equal numbers have
/// equal fields. The magnitude is the exponent of the leading digit: 125 for 9e125, -130 for 1e-130.
/// Source: DynamoDB API reference, "Number"; ScyllaDB's alternator/serialization.cc for which limit is reported first.
/// </remarks>
internal readonly partial struct AlternatorNumber : IEquatable<AlternatorNumber>, IComparable<AlternatorNumber>
{
    /// <summary>Most significant digits.</summary>
    public const int MaxDigits = 38;

    /// <summary>Greatest exponent of the leading digit.</summary>
    public const int MaxMagnitude = 125;

    /// <summary>Least exponent of the leading digit.</summary>
    public const int MinMagnitude = -130;

    private static readonly UInt128[] PowersOfTen = MakePowers();

    private AlternatorNumber(bool negative, UInt128 coefficient, int exponent)
    {
        Negative = negative;
        Coefficient = coefficient;
        Exponent = (short)exponent;
    }

    /// <summary>Zero, which has no sign.</summary>
    public static AlternatorNumber Zero => default;

    /// <summary>True below zero.</summary>
    public bool Negative { get; }

    /// <summary>The significant digits as an integer; its last digit is not zero unless the number is.</summary>
    public UInt128 Coefficient { get; }

    /// <summary>The power of ten that the coefficient is multiplied with.</summary>
    public short Exponent { get; }

    /// <summary>True for zero.</summary>
    public bool IsZero => Coefficient == UInt128.Zero;

    /// <summary>The exponent of the leading digit; 0 for zero.</summary>
    public int Magnitude => IsZero ? 0 : CountDigits(Coefficient) + Exponent - 1;

    public static bool operator ==(AlternatorNumber left, AlternatorNumber right) => left.Equals(right);

    public static bool operator !=(AlternatorNumber left, AlternatorNumber right) => !left.Equals(right);

    public static bool operator <(AlternatorNumber left, AlternatorNumber right) => left.CompareTo(right) < 0;

    public static bool operator >(AlternatorNumber left, AlternatorNumber right) => left.CompareTo(right) > 0;

    public static bool operator <=(AlternatorNumber left, AlternatorNumber right) => left.CompareTo(right) <= 0;

    public static bool operator >=(AlternatorNumber left, AlternatorNumber right) => left.CompareTo(right) >= 0;

    /// <summary>The number of an integer.</summary>
    public static AlternatorNumber FromInt64(long value) =>
        Normalize(value < 0, value < 0 ? (UInt128)(ulong)-(value + 1) + 1 : (ulong)value, 0);

    /// <summary>The sum, exact.</summary>
    /// <exception cref="AlternatorException">The sum is outside of the supported range or precision.</exception>
    public static AlternatorNumber Add(AlternatorNumber left, AlternatorNumber right)
    {
        if (left.IsZero)
        {
            return right;
        }

        if (right.IsZero)
        {
            return left;
        }

        var exponent = Math.Min(left.Exponent, right.Exponent);
        var sum = left.Scaled(exponent) + right.Scaled(exponent);
        return FromBigInteger(sum, exponent);
    }

    /// <summary>The difference, exact.</summary>
    /// <exception cref="AlternatorException">The difference is outside of the supported range or precision.</exception>
    public static AlternatorNumber Subtract(AlternatorNumber left, AlternatorNumber right) => Add(left, right.Negate());

    /// <summary>The number with the other sign.</summary>
    public AlternatorNumber Negate() => IsZero ? this : new AlternatorNumber(!Negative, Coefficient, Exponent);

    /// <summary>Makes a number of its parts as <see cref="Coefficient"/> and its neighbours gave them.</summary>
    public static AlternatorNumber FromParts(bool negative, UInt128 coefficient, int exponent) =>
        Normalize(negative, coefficient, exponent);

    public int CompareTo(AlternatorNumber other)
    {
        if (Negative != other.Negative)
        {
            return Negative ? -1 : 1;
        }

        var comparison = CompareMagnitudes(this, other);
        return Negative ? -comparison : comparison;
    }

    public bool Equals(AlternatorNumber other) =>
        Coefficient == other.Coefficient && Exponent == other.Exponent && Negative == other.Negative;

    public override bool Equals([NotNullWhen(true)] object? obj) => obj is AlternatorNumber other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(Coefficient, Exponent, Negative);

    /// <summary>The number in plain digits, without an exponent, as Alternator answers it.</summary>
    public override string ToString()
    {
        if (IsZero)
        {
            return "0";
        }

        var digits = Coefficient.ToString(CultureInfo.InvariantCulture);
        var sign = Negative ? "-" : string.Empty;
        if (Exponent >= 0)
        {
            return string.Concat(sign, digits, new string('0', Exponent));
        }

        var whole = digits.Length + Exponent;
        return whole > 0
            ? string.Concat(sign, digits.AsSpan(0, whole), ".", digits.AsSpan(whole))
            : string.Concat(sign, "0.", new string('0', -whole), digits);
    }

    private static AlternatorException Overflow(string number) => AlternatorException.Validation(
        $"Number overflow: {number}. A number may have a magnitude of at most {MaxMagnitude}");

    private static AlternatorException Underflow(string number) => AlternatorException.Validation(
        $"Number underflow: {number}. A number must have a magnitude of at least {MinMagnitude}");

    private static AlternatorException TooPrecise(string number) => AlternatorException.Validation(
        $"Number too precise: {number}. A number may have at most {MaxDigits} significant digits");

    private static int CompareMagnitudes(AlternatorNumber left, AlternatorNumber right)
    {
        if (left.IsZero || right.IsZero)
        {
            return left.IsZero ? (right.IsZero ? 0 : -1) : 1;
        }

        var leftDigits = CountDigits(left.Coefficient);
        var rightDigits = CountDigits(right.Coefficient);
        var byMagnitude = (leftDigits + left.Exponent).CompareTo(rightDigits + right.Exponent);
        if (byMagnitude != 0)
        {
            return byMagnitude;
        }

        // The same leading position: pad the shorter one to the same number of digits, at most 38.
        var digits = Math.Max(leftDigits, rightDigits);
        return (left.Coefficient * PowersOfTen[digits - leftDigits])
            .CompareTo(right.Coefficient * PowersOfTen[digits - rightDigits]);
    }

    private static AlternatorNumber Normalize(bool negative, UInt128 coefficient, int exponent)
    {
        if (coefficient == UInt128.Zero)
        {
            return Zero;
        }

        while (coefficient % 10 == UInt128.Zero)
        {
            coefficient /= 10;
            exponent++;
        }

        return new AlternatorNumber(negative, coefficient, exponent);
    }

    private static AlternatorNumber FromBigInteger(BigInteger value, int exponent)
    {
        if (value.IsZero)
        {
            return Zero;
        }

        var negative = value.Sign < 0;
        var magnitude = BigInteger.Abs(value);
        if (magnitude <= (BigInteger)UInt128.MaxValue)
        {
            var small = Normalize(negative, (UInt128)magnitude, exponent);
            return small.CheckRange();
        }

        var text = magnitude.ToString(CultureInfo.InvariantCulture);
        var significant = text.AsSpan().TrimEnd('0');
        exponent += text.Length - significant.Length;
        if (significant.Length + exponent - 1 > MaxMagnitude)
        {
            throw Overflow($"{text}e{exponent}");
        }

        return significant.Length > MaxDigits
            ? throw TooPrecise(text)
            : new AlternatorNumber(negative, UInt128.Parse(significant, CultureInfo.InvariantCulture), exponent).CheckRange();
    }

    private AlternatorNumber CheckRange()
    {
        if (Magnitude > MaxMagnitude)
        {
            throw Overflow(ToString());
        }

        if (Magnitude < MinMagnitude)
        {
            throw Underflow(ToString());
        }

        return CountDigits(Coefficient) > MaxDigits ? throw TooPrecise(ToString()) : this;
    }

    private BigInteger Scaled(int exponent)
    {
        var value = (BigInteger)Coefficient * BigInteger.Pow(10, Exponent - exponent);
        return Negative ? -value : value;
    }

    private static int CountDigits(UInt128 value)
    {
        // log10(2) = 0.30103; the estimate is exact or one too low.
        var bits = 128 - (int)UInt128.LeadingZeroCount(value);
        var estimate = bits * 30103 / 100000;
        return estimate < PowersOfTen.Length && value >= PowersOfTen[estimate] ? estimate + 1 : estimate;
    }

    private static UInt128[] MakePowers()
    {
        var powers = new UInt128[MaxDigits + 1];
        powers[0] = UInt128.One;
        for (var i = 1; i < powers.Length; i++)
        {
            powers[i] = powers[i - 1] * 10;
        }

        return powers;
    }
}
