using System.Globalization;
using System.Numerics;
using Alternator.Emulator.Engine;
using Alternator.Emulator.Values;

namespace Alternator.Emulator.Tests.Values;

/// <summary>Source: DynamoDB developer guide, "Data types: Number"; ScyllaDB alternator/serialization.cc.</summary>
public sealed class AlternatorNumberTests
{
    [Theory]
    [InlineData("0", "0")]
    [InlineData("-0", "0")]
    [InlineData("0e500", "0")]
    [InlineData("+5", "5")]
    [InlineData("000123.4500", "123.45")]
    [InlineData(".5", "0.5")]
    [InlineData("5.", "5")]
    [InlineData("1e3", "1000")]
    [InlineData("1E-3", "0.001")]
    [InlineData("12.34e1", "123.4")]
    [InlineData("-12.34e-4", "-0.001234")]
    [InlineData("100", "100")]
    [InlineData("12345678901234567890123456789012345678", "12345678901234567890123456789012345678")]
    [InlineData("0.00000000000000000000000000000000000001", "0.00000000000000000000000000000000000001")]
    public void A_number_comes_back_in_plain_digits(string text, string expected) =>
        Assert.Equal(expected, AlternatorNumber.Parse(text).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData(".")]
    [InlineData("e5")]
    [InlineData("1e")]
    [InlineData("1e+")]
    [InlineData("--1")]
    [InlineData("1.2.3")]
    [InlineData("1 ")]
    [InlineData(" 1")]
    [InlineData("0x10")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("1e5.5")]
    public void What_is_no_number_is_refused(string text) => Assert.Contains(
        "numeric", Assert.Throws<AlternatorException>(() => AlternatorNumber.Parse(text)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("1e126", "overflow")]
    [InlineData("-1e126", "overflow")]
    [InlineData("1e999999999999", "overflow")]
    [InlineData("1e-131", "underflow")]
    [InlineData("1e-999999999999", "underflow")]
    [InlineData("123456789012345678901234567890123456789", "precise")]
    [InlineData("1.23456789012345678901234567890123456789", "precise")]
    public void Range_and_precision_have_limits(string text, string cause) => Assert.Contains(
        cause, Assert.Throws<AlternatorException>(() => AlternatorNumber.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void The_limits_themselves_are_kept_exactly()
    {
        Assert.Equal(125, AlternatorNumber.Parse("9.9999999999999999999999999999999999999E+125").Magnitude);
        Assert.Equal(-130, AlternatorNumber.Parse("1e-130").Magnitude);
        Assert.Equal("1" + new string('0', 125), AlternatorNumber.Parse("1e125").ToString());
    }

    [Fact]
    public void Sums_are_exact_or_refused()
    {
        Assert.Equal("0.3", AlternatorNumber.Add(AlternatorNumber.Parse("0.1"), AlternatorNumber.Parse("0.2")).ToString());
        Assert.Equal("0", AlternatorNumber.Subtract(AlternatorNumber.Parse("1e125"), AlternatorNumber.Parse("1e125")).ToString());
        Assert.Equal("100", AlternatorNumber.Add(AlternatorNumber.Parse("99.5"), AlternatorNumber.Parse("0.5")).ToString());
        Assert.Throws<AlternatorException>(() => AlternatorNumber.Add(AlternatorNumber.Parse("9e125"), AlternatorNumber.Parse("9e125")));
        Assert.Throws<AlternatorException>(() => AlternatorNumber.Add(AlternatorNumber.Parse("1e50"), AlternatorNumber.Parse("1")));
    }

    [Fact]
    public void Order_equality_sortable_bytes_and_sums_agree_with_an_independent_arithmetic()
    {
        var random = new Random(17);
        for (var i = 0; i < 4000; i++)
        {
            var (a, exactA) = Draw(random);
            var (b, exactB) = i % 5 == 0 ? (a, exactA) : Draw(random);
            var order = exactA.CompareTo(exactB);
            Assert.Equal(order, Math.Sign(a.CompareTo(b)));
            Assert.Equal(order == 0, a == b);
            Assert.Equal(order, Math.Sign(KeyEncoding.Sortable(new NumberValue(a)).AsSpan().SequenceCompareTo(KeyEncoding.Sortable(new NumberValue(b)))));
            Assert.Equal(a, AlternatorNumber.Parse(a.ToString()));
            Assert.Equal(Exact(AlternatorNumber.Add(a, b).ToString()), exactA + exactB);
        }

        static (AlternatorNumber Number, BigInteger Exact) Draw(Random random)
        {
            var digits = random.Next(1, 16);
            var text = (random.Next(2) == 0 ? "-" : "") + string.Concat(Enumerable.Range(0, digits).Select(_ => random.Next(10)));
            text = text.Insert(text.Length - random.Next(digits), ".");
            return (AlternatorNumber.Parse(text), Exact(text));
        }

        // All drawn numbers have at most 20 digits after the point.
        static BigInteger Exact(string text)
        {
            var point = text.IndexOf('.', StringComparison.Ordinal);
            var fraction = point < 0 ? 0 : text.Length - point - 1;
            return BigInteger.Parse(text.Replace(".", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) * BigInteger.Pow(10, 20 - fraction);
        }
    }
}
