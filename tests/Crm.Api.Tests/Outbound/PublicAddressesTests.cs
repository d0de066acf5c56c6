using System.Net;
using Crm.Infrastructure.Outbound;

namespace Crm.Api.Tests.Outbound;

/// <summary>Which addresses are out on the Internet: both ends of each block, and those right beside it.</summary>
public sealed class PublicAddressesTests
{
    [Theory]
    [InlineData("0.0.0.0", "0.255.255.255")]
    [InlineData("10.0.0.0", "10.255.255.255")]
    [InlineData("100.64.0.0", "100.127.255.255")]
    [InlineData("100.100.100.200", "100.100.100.200")]
    [InlineData("127.0.0.1", "127.255.255.255")]
    [InlineData("169.254.0.0", "169.254.169.254")]
    [InlineData("172.16.0.0", "172.31.255.255")]
    [InlineData("192.0.0.0", "192.0.0.192")]
    [InlineData("192.0.2.1", "192.88.99.1")]
    [InlineData("192.168.0.0", "192.168.255.255")]
    [InlineData("198.18.0.0", "198.19.255.255")]
    [InlineData("198.51.100.7", "203.0.113.7")]
    [InlineData("224.0.0.1", "239.255.255.255")]
    [InlineData("240.0.0.0", "255.255.255.255")]
    [InlineData("168.63.129.16", "168.63.129.16")]
    [InlineData("::", "::1")]
    [InlineData("::ffff:127.0.0.1", "::ffff:8.8.8.8")]
    [InlineData("::127.0.0.1", "::ffff:0:127.0.0.1")]
    [InlineData("64:ff9b::7f00:1", "64:ff9b::808:808")]
    [InlineData("64:ff9b:1::a00:1", "100::1")]
    [InlineData("2001::1", "2001:1ff:ffff::1")]
    [InlineData("2001:db8::1", "3fff::1")]
    [InlineData("2002:7f00:1::", "2002:808:808::")]
    [InlineData("fc00::1", "fd00:ec2::254")]
    [InlineData("fe80::1", "fe80::1%1")]
    [InlineData("fec0::1", "ff02::1")]
    [InlineData("4000::1", "5f00::1")]
    public void What_is_inside_some_network_or_leads_inside_is_not(string first, string last)
    {
        PublicAddresses.Has(IPAddress.Parse(first)).ShouldBeFalse(first);
        PublicAddresses.Has(IPAddress.Parse(last)).ShouldBeFalse(last);
    }

    [Theory]
    [InlineData("1.1.1.1")]
    [InlineData("9.255.255.255")]
    [InlineData("11.0.0.0")]
    [InlineData("100.63.255.255")]
    [InlineData("100.128.0.0")]
    [InlineData("126.255.255.255")]
    [InlineData("128.0.0.1")]
    [InlineData("169.253.255.255")]
    [InlineData("172.15.255.255")]
    [InlineData("172.32.0.0")]
    [InlineData("192.167.255.255")]
    [InlineData("192.169.0.0")]
    [InlineData("223.255.255.255")]
    [InlineData("2001:200::1")]
    [InlineData("2606:4700:4700::1111")]
    [InlineData("2a00:1450:4001:812::200e")]
    public void What_anybody_may_have_is(string address) => PublicAddresses.Has(IPAddress.Parse(address)).ShouldBeTrue();
}
